package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.ClosedDirectoryStreamException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.UnixFileAttributes;

/** An open directory, read in steps. */
final class RemoteDirectoryCursor implements DirectoryCursor {
  private final RemoteFileSystem fileSystem;
  private final ClientConnection connection;
  private final int handle;
  private volatile boolean closed;

  private RemoteDirectoryCursor(
      RemoteFileSystem fileSystem, ClientConnection connection, int handle) {
    this.fileSystem = fileSystem;
    this.connection = connection;
    this.handle = handle;
  }

  static RemoteDirectoryCursor open(RemotePath directory) throws IOException {
    RemoteFileSystem fileSystem = directory.getFileSystem();
    return fileSystem.use(
        connection ->
            connection.call(
                Operation.OPEN_CURSOR,
                out -> out.text(directory.toString()),
                in -> new RemoteDirectoryCursor(fileSystem, connection, in.number32())),
        false);
  }

  private void ensureOpen() {
    if (closed) {
      throw new ClosedDirectoryStreamException();
    }
  }

  @Override
  public List<Entry> read(long afterCookie, int limit) throws IOException {
    ensureOpen();
    return connection.call(
        Operation.CURSOR_ENTRIES,
        out -> out.number32(handle).number64(afterCookie).number32(limit),
        in -> {
          List<Entry> entries = new ArrayList<>();
          for (int left = in.count(24); left > 0; left--) {
            entries.add(DirectoryRequests.readEntry(in));
          }
          return entries;
        });
  }

  @Override
  public UnixFileAttributes attributes(Entry entry) throws IOException {
    ensureOpen();
    return connection.call(
        Operation.CURSOR_ENTRY_ATTRIBUTES,
        out -> DirectoryRequests.writeEntry(out.number32(handle), entry),
        in -> RemoteAttributes.read(in, fileSystem.accounts()));
  }

  @Override
  public UnixFileAttributes attributes() throws IOException {
    ensureOpen();
    return connection.call(
        Operation.CURSOR_ATTRIBUTES,
        out -> out.number32(handle),
        in -> RemoteAttributes.read(in, fileSystem.accounts()));
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      connection.call(Operation.CLOSE, out -> out.number32(handle), in -> Boolean.TRUE);
    }
  }
}
