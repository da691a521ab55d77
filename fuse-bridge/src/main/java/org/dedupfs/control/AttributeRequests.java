package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;

/** Answers what is asked about attributes, of paths and of open files. */
final class AttributeRequests {
  /** What a request is about: a path, of a link itself or what it leads to, or an open file. */
  static final int NOFOLLOW = 0;

  static final int FOLLOW = 1;
  static final int HANDLE = 2;

  private final DedupFileSystem store;
  private final Handles handles;

  AttributeRequests(DedupFileSystem store, Handles handles) {
    this.store = store;
    this.handles = handles;
  }

  void register(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(Operation.ATTRIBUTES, this::attributes);
    handlers.put(Operation.READ_NAMED, this::readNamed);
    handlers.put(Operation.SET_NAMED, this::setNamed);
    handlers.put(Operation.SET_TIMES, this::setTimes);
    handlers.put(Operation.SET_MODE, this::setMode);
    handlers.put(Operation.SET_IDS, this::setIds);
    handlers.put(Operation.SET_PERMISSIONS, this::setPermissions);
    handlers.put(Operation.XATTR_LIST, this::listXattrs);
    handlers.put(Operation.XATTR_READ, this::readXattr);
    handlers.put(Operation.XATTR_WRITE, this::writeXattr);
    handlers.put(Operation.XATTR_DELETE, this::deleteXattr);
  }

  /** A path to which attributes belong. */
  private record Place(Path path, boolean follow) {
    <V extends FileAttributeView> V view(Class<V> type) {
      return Objects.requireNonNull(
          Files.getFileAttributeView(path, type, PathRequests.follow(follow)));
    }

    UnixFileAttributes read() throws IOException {
      return Files.readAttributes(path, UnixFileAttributes.class, PathRequests.follow(follow));
    }
  }

  private Place place(Incoming in) throws MalformedMessageException {
    return place(in, in.number8());
  }

  private Place place(Incoming in, int kind) throws MalformedMessageException {
    if (kind != NOFOLLOW && kind != FOLLOW) {
      throw new MalformedMessageException("there are no attributes of " + kind);
    }
    return new Place(store.getPath(in.text()), kind == FOLLOW);
  }

  private UnixFileAttributeView unixView(Incoming in) throws IOException {
    int kind = in.number8();
    return kind == HANDLE
        ? handles.get(in.number32(), DedupFileChannel.class).attributeView()
        : place(in, kind).view(UnixFileAttributeView.class);
  }

  private void attributes(Exchange exchange) throws IOException {
    UnixFileAttributeView view = unixView(exchange.request());
    exchange.request().end();
    RemoteAttributes.write(exchange.answer(), view.readAttributes());
  }

  private void readNamed(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    String names = exchange.request().text();
    exchange.request().end();
    Map<String, Object> values =
        Files.readAttributes(place.path(), names, PathRequests.follow(place.follow()));
    boolean owned = values.values().stream().anyMatch(UserPrincipal.class::isInstance);
    @Nullable UnixFileAttributes owners = owned ? place.read() : null;
    exchange.answer().number32(values.size());
    for (Map.Entry<String, Object> each : values.entrySet()) {
      exchange.answer().text(each.getKey());
      Values.write(exchange.answer(), each.getValue(), owners);
    }
  }

  /** Owner and group come by number, as {@code unix:uid} and {@code unix:gid}. */
  private void setNamed(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    String name = exchange.request().text();
    @Nullable Object value = Values.read(exchange.request());
    exchange.request().end();
    Files.setAttribute(place.path(), name, value, PathRequests.follow(place.follow()));
  }

  private void setTimes(Exchange exchange) throws IOException {
    UnixFileAttributeView view = unixView(exchange.request());
    @Nullable FileTime modified = exchange.request().timeOrNull();
    @Nullable FileTime accessed = exchange.request().timeOrNull();
    @Nullable FileTime created = exchange.request().timeOrNull();
    exchange.request().end();
    view.setTimes(modified, accessed, created);
  }

  private void setMode(Exchange exchange) throws IOException {
    UnixFileAttributeView view = unixView(exchange.request());
    int mode = exchange.request().number32();
    exchange.request().end();
    view.setMode(mode);
  }

  private void setIds(Exchange exchange) throws IOException {
    UnixFileAttributeView view = unixView(exchange.request());
    int uid = exchange.request().number32();
    int gid = exchange.request().number32();
    exchange.request().end();
    view.setIds(uid, gid);
  }

  private void setPermissions(Exchange exchange) throws IOException {
    UnixFileAttributeView view = unixView(exchange.request());
    Set<PosixFilePermission> permissions = Values.permissions(exchange.request().number32());
    exchange.request().end();
    view.setPermissions(permissions);
  }

  private void listXattrs(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    exchange.request().end();
    List<byte[]> names = place.view(ExtendedAttributeView.class).list();
    exchange.answer().number32(names.size());
    for (byte[] name : names) {
      exchange.answer().bytes(name);
    }
  }

  private void readXattr(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    byte[] name = exchange.request().bytes();
    exchange.request().end();
    exchange.answer().bytes(place.view(ExtendedAttributeView.class).read(name));
  }

  private void writeXattr(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    byte[] name = exchange.request().bytes();
    byte[] value = exchange.request().bytes();
    int presence = exchange.request().number8();
    exchange.request().end();
    ExtendedAttributeView.Presence[] all = ExtendedAttributeView.Presence.values();
    if (presence >= all.length) {
      throw new MalformedMessageException("there is no presence " + presence);
    }
    place.view(ExtendedAttributeView.class).write(name, value, all[presence]);
  }

  private void deleteXattr(Exchange exchange) throws IOException {
    Place place = place(exchange.request());
    byte[] name = exchange.request().bytes();
    exchange.request().end();
    place.view(ExtendedAttributeView.class).delete(name);
  }
}
