package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.dedupfs.ByteNames;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.host.HostPath;

/** Answers what is asked of directories. */
final class DirectoryRequests {
  private static final int NAMES = 512;
  private static final int NAMES_BYTES = 64 << 10;
  private static final int ENTRIES = 512;

  private final DedupFileSystem store;
  private final Handles handles;

  DirectoryRequests(DedupFileSystem store, Handles handles) {
    this.store = store;
    this.handles = handles;
  }

  /** An open stream and where it stands. */
  private record Listing(DirectoryStream<Path> stream, Iterator<Path> left) implements Closeable {
    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  void register(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(Operation.OPEN_STREAM, this::openStream);
    handlers.put(Operation.NEXT_NAMES, this::nextNames);
    handlers.put(Operation.OPEN_CURSOR, this::openCursor);
    handlers.put(Operation.CURSOR_ENTRIES, this::cursorEntries);
    handlers.put(Operation.CURSOR_ENTRY_ATTRIBUTES, this::cursorEntryAttributes);
    handlers.put(Operation.CURSOR_ATTRIBUTES, this::cursorAttributes);
  }

  /** Answers with a handle and the first names; with 0 if these are all. */
  @SuppressWarnings("StreamResourceLeak") // Kept as a handle, or closed here.
  private void openStream(Exchange exchange) throws IOException {
    Path path = store.getPath(exchange.request().text());
    exchange.request().end();
    DirectoryStream<Path> stream = store.provider().newDirectoryStream(path, entry -> true);
    Listing listing = new Listing(stream, stream.iterator());
    int handle = handles.add(listing);
    boolean more = false;
    try {
      exchange.answer().number32(handle);
      more = names(exchange.answer(), listing);
    } finally {
      if (!more) {
        handles.remove(handle).close();
      }
    }
  }

  private void nextNames(Exchange exchange) throws IOException {
    Listing listing = handles.get(exchange.request().number32(), Listing.class);
    exchange.request().end();
    names(exchange.answer(), listing);
  }

  /** Writes some names, each after a flag, and whether more may follow. */
  private static boolean names(Outgoing out, Listing listing) throws IOException {
    int count = 0;
    int bytes = 0;
    try {
      while (count < NAMES && bytes < NAMES_BYTES) {
        if (!listing.left().hasNext()) {
          out.flag(false).flag(false);
          return false;
        }
        String name = String.valueOf(listing.left().next().getFileName());
        out.flag(true).text(name);
        count++;
        bytes += 2 * name.length();
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    out.flag(false).flag(true);
    return true;
  }

  private void openCursor(Exchange exchange) throws IOException {
    Path path = store.getPath(exchange.request().text());
    exchange.request().end();
    exchange.answer().number32(handles.add(store.openDirectory(path)));
  }

  private void cursorEntries(Exchange exchange) throws IOException {
    DirectoryCursor cursor = handles.get(exchange.request().number32(), DirectoryCursor.class);
    long after = exchange.request().number64();
    int limit = exchange.request().number32();
    exchange.request().end();
    List<DirectoryCursor.Entry> entries = cursor.read(after, Math.min(limit, ENTRIES));
    exchange.answer().number32(entries.size());
    for (DirectoryCursor.Entry each : entries) {
      writeEntry(exchange.answer(), each);
    }
  }

  static void writeEntry(Outgoing out, DirectoryCursor.Entry entry) throws IOException {
    out.bytes(entry.name()).number64(entry.cookie()).number64(entry.ino()).number32(entry.type());
  }

  static DirectoryCursor.Entry readEntry(Incoming in) throws MalformedMessageException {
    byte[] name = checkedName(in.bytes());
    return new DirectoryCursor.Entry(name, in.number64(), in.number64(), in.number32());
  }

  /** A name that leads to an entry of its directory and nowhere else. */
  static String checkedName(String name) throws MalformedMessageException {
    try {
      checkedName(ByteNames.toBytes(name));
    } catch (InvalidPathException e) {
      throw new MalformedMessageException(e.getMessage());
    }
    return name;
  }

  private static byte[] checkedName(byte[] name) throws MalformedMessageException {
    if (!HostPath.isPlainName(name)) {
      throw new MalformedMessageException("'" + ByteNames.toText(name) + "' is no name of a file");
    }
    return name;
  }

  private void cursorEntryAttributes(Exchange exchange) throws IOException {
    DirectoryCursor cursor = handles.get(exchange.request().number32(), DirectoryCursor.class);
    DirectoryCursor.Entry entry = readEntry(exchange.request());
    exchange.request().end();
    RemoteAttributes.write(exchange.answer(), cursor.attributes(entry));
  }

  private void cursorAttributes(Exchange exchange) throws IOException {
    DirectoryCursor cursor = handles.get(exchange.request().number32(), DirectoryCursor.class);
    exchange.request().end();
    RemoteAttributes.write(exchange.answer(), cursor.attributes());
  }
}
