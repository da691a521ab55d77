package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreStatistics;
import org.dedupfs.host.HostPath;

/** Answers what is asked of the store and of paths in it. */
final class PathRequests {
  static final int REPLACE = 1;
  static final int ATTRIBUTES = 2;
  static final int ATOMIC = 4;
  static final int NOFOLLOW = 8;

  private static final LinkOption[] FOLLOW = {};
  private static final LinkOption[] DO_NOT_FOLLOW = {LinkOption.NOFOLLOW_LINKS};

  private final DedupFileSystem store;

  PathRequests(DedupFileSystem store) {
    this.store = store;
  }

  void register(Map<Operation, Exchange.Handler> handlers) {
    handlers.put(Operation.PING, exchange -> exchange.request().end());
    handlers.put(Operation.STATISTICS, this::statistics);
    handlers.put(Operation.ACTIVITY, this::activity);
    handlers.put(Operation.HOST_DIRECTORIES, this::hostDirectories);
    handlers.put(Operation.SYNC, this::sync);
    handlers.put(Operation.READ_ONLY, this::readOnly);
    handlers.put(Operation.ACCOUNT, this::account);
    handlers.put(Operation.SPACE, this::space);
    handlers.put(Operation.CHECK_ACCESS, this::checkAccess);
    handlers.put(Operation.SAME_FILE, this::sameFile);
    handlers.put(Operation.REAL_PATH, this::realPath);
    handlers.put(Operation.READ_LINK, this::readLink);
    handlers.put(Operation.CREATE_DIRECTORY, this::createDirectory);
    handlers.put(Operation.CREATE_SYMLINK, this::createSymlink);
    handlers.put(Operation.CREATE_BYTE_SYMLINK, this::createByteSymlink);
    handlers.put(Operation.READ_BYTE_LINK, this::readByteLink);
    handlers.put(Operation.CREATE_LINK, this::createLink);
    handlers.put(Operation.DELETE, this::delete);
    handlers.put(Operation.COPY, this::copy);
    handlers.put(Operation.MOVE, this::move);
  }

  static LinkOption[] follow(boolean follow) {
    return follow ? FOLLOW : DO_NOT_FOLLOW;
  }

  private Path path(Incoming in) throws MalformedMessageException {
    return store.getPath(in.text());
  }

  private void statistics(Exchange exchange) throws IOException {
    exchange.request().end();
    StoreStatistics found = store.statistics();
    exchange
        .answer()
        .number64(found.files())
        .number64(found.directories())
        .number64(found.logicalBytes())
        .number64(found.uniqueBytes())
        .number64(found.storedBytes())
        .number64(found.diskBytes())
        .number64(found.deadBytes())
        .number64(found.metadataBytes())
        .number64(found.blocks());
  }

  private void activity(Exchange exchange) throws IOException {
    exchange.request().end();
    StoreActivity activity = store.activity();
    for (StoreFigure figure : StoreFigure.values()) {
      exchange.answer().number64(activity.get(figure));
    }
  }

  private void hostDirectories(Exchange exchange) throws IOException {
    exchange.request().end();
    Set<Path> all = store.hostDirectories();
    exchange.answer().number32(all.size());
    for (Path each : all) {
      exchange.answer().bytes(HostPath.toBytes(each));
    }
  }

  private void sync(Exchange exchange) throws IOException {
    exchange.request().end();
    store.sync();
  }

  private void readOnly(Exchange exchange) throws IOException {
    exchange.request().end();
    exchange.answer().flag(store.isReadOnly());
  }

  /** The name of a user or group. */
  private void account(Exchange exchange) throws IOException {
    boolean group = exchange.request().flag();
    String number = Integer.toUnsignedString(exchange.request().number32());
    exchange.request().end();
    UserPrincipalLookupService accounts = store.getUserPrincipalLookupService();
    UserPrincipal found =
        group
            ? accounts.lookupPrincipalByGroupName(number)
            : accounts.lookupPrincipalByName(number);
    exchange.answer().text(found.getName());
  }

  private void space(Exchange exchange) throws IOException {
    String attribute = exchange.request().text();
    exchange.request().end();
    FileStore space = Files.getFileStore(store.getPath("/"));
    Values.write(exchange.answer(), space.getAttribute(attribute), null);
  }

  private void checkAccess(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    int bits = exchange.request().number8();
    exchange.request().end();
    List<AccessMode> modes = new ArrayList<>();
    for (AccessMode mode : AccessMode.values()) {
      if ((bits & WireNumber.bit(mode)) != 0) {
        modes.add(mode);
      }
    }
    store.provider().checkAccess(path, modes.toArray(AccessMode[]::new));
  }

  private void sameFile(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    Path other = path(exchange.request());
    exchange.request().end();
    exchange.answer().flag(Files.isSameFile(path, other));
  }

  private void realPath(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    boolean follow = exchange.request().flag();
    exchange.request().end();
    exchange.answer().text(path.toRealPath(follow(follow)).toString());
  }

  private void readLink(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    exchange.request().end();
    exchange.answer().text(Files.readSymbolicLink(path).toString());
  }

  private void createDirectory(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    FileAttribute<?>[] attributes = Values.readCreation(exchange.request());
    exchange.request().end();
    store.provider().createDirectory(path, attributes);
  }

  private void createSymlink(Exchange exchange) throws IOException {
    Path link = path(exchange.request());
    Path target = path(exchange.request());
    FileAttribute<?>[] attributes = Values.readCreation(exchange.request());
    exchange.request().end();
    store.provider().createSymbolicLink(link, target, attributes);
  }

  private void createByteSymlink(Exchange exchange) throws IOException {
    Path link = path(exchange.request());
    byte[] target = exchange.request().bytes();
    FileAttribute<?>[] attributes = Values.readCreation(exchange.request());
    exchange.request().end();
    store.createSymbolicLink(link, target, attributes);
  }

  private void readByteLink(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    exchange.request().end();
    exchange.answer().bytes(store.readSymbolicLink(path));
  }

  private void createLink(Exchange exchange) throws IOException {
    Path link = path(exchange.request());
    Path existing = path(exchange.request());
    exchange.request().end();
    store.provider().createLink(link, existing);
  }

  private void delete(Exchange exchange) throws IOException {
    Path path = path(exchange.request());
    exchange.request().end();
    store.provider().delete(path);
  }

  private void copy(Exchange exchange) throws IOException {
    Path source = path(exchange.request());
    Path target = path(exchange.request());
    CopyOption[] options = options(exchange.request().number8());
    exchange.request().end();
    store.provider().copy(source, target, options);
  }

  private void move(Exchange exchange) throws IOException {
    Path source = path(exchange.request());
    Path target = path(exchange.request());
    CopyOption[] options = options(exchange.request().number8());
    exchange.request().end();
    store.provider().move(source, target, options);
  }

  private static CopyOption[] options(int bits) throws MalformedMessageException {
    List<CopyOption> options = new ArrayList<>();
    if ((bits & REPLACE) != 0) {
      options.add(StandardCopyOption.REPLACE_EXISTING);
    }
    if ((bits & ATTRIBUTES) != 0) {
      options.add(StandardCopyOption.COPY_ATTRIBUTES);
    }
    if ((bits & ATOMIC) != 0) {
      options.add(StandardCopyOption.ATOMIC_MOVE);
    }
    if ((bits & NOFOLLOW) != 0) {
      options.add(LinkOption.NOFOLLOW_LINKS);
    }
    if (bits >= NOFOLLOW << 1) {
      throw new MalformedMessageException("there are no copy options " + bits);
    }
    return options.toArray(CopyOption[]::new);
  }
}
