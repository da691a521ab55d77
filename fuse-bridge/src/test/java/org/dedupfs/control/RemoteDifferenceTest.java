package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DirectoryCursor;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.ExtendedAttributeView.Presence;
import org.dedupfs.ScrubOptions;
import org.dedupfs.SweepSummary;
import org.dedupfs.UnixFileAttributeView;
import org.dedupfs.UnixFileAttributes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same operations on a store itself and through the channel: results and failures agree. */
final class RemoteDifferenceTest {
  private static final String ODD = "odd \udcff\n\u00e4";

  @TempDir Path directory;

  private interface Action {
    @Nullable Object on(DedupFileSystem fs) throws Exception;
  }

  private final Map<String, Action> actions = new LinkedHashMap<>();

  private void add(String name, Action action) {
    assertThat(actions.put(name, action)).as(name).isNull();
  }

  private interface Change {
    void on(DedupFileSystem fs) throws Exception;
  }

  private void change(String name, Change change) {
    add(
        name,
        fs -> {
          change.on(fs);
          return "done";
        });
  }

  @Test
  void results_and_failures_are_those_of_the_store_itself() throws IOException {
    names();
    attributes();
    extendedAttributes();
    contents();
    copiesAndMoves();
    directories();
    try (DedupFileSystem local = DedupFileSystems.create(directory.resolve("local"));
        DedupFileSystem served = DedupFileSystems.create(directory.resolve("served"));
        ControlServer server = ControlServer.start(served);
        RemoteFileSystem remote = RemoteFileSystem.connect(served.storeDirectory()).orElseThrow()) {
      assertThat(server.connections()).isPositive();
      for (Map.Entry<String, Action> each : actions.entrySet()) {
        assertThat(outcome(remote, each.getValue()))
            .as(each.getKey())
            .isEqualTo(outcome(local, each.getValue()));
      }
      assertThat(dump(served)).isEqualTo(dump(local));
      assertThat(dump(remote)).isEqualTo(dump(local));
    }
  }

  @Test
  void a_store_that_is_read_only_says_so_as_it_does_itself() throws IOException {
    names();
    contents();
    copiesAndMoves();
    Path store = directory.resolve("store");
    try (DedupFileSystem fs = DedupFileSystems.create(store)) {
      Files.createDirectory(fs.getPath("/dir"));
      Files.writeString(fs.getPath("/dir/file"), "x");
      Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("dir/file"));
    }
    DedupOptions readOnly = DedupOptions.builder().readOnly(true).build();
    try (DedupFileSystem fs = DedupFileSystems.open(store, readOnly);
        ControlServer server = ControlServer.start(fs);
        RemoteFileSystem remote = RemoteFileSystem.connect(store).orElseThrow()) {
      assertThat(server.connections()).isPositive();
      assertThat(remote.isReadOnly()).isTrue();
      for (Map.Entry<String, Action> each : actions.entrySet()) {
        assertThat(outcome(remote, each.getValue()))
            .as(each.getKey())
            .isEqualTo(outcome(fs, each.getValue()));
      }
    }
  }

  private void names() {
    change("make a directory", fs -> Files.createDirectory(fs.getPath("/dir")));
    change("make it again", fs -> Files.createDirectory(fs.getPath("/dir")));
    change("make one in none", fs -> Files.createDirectory(fs.getPath("/none/dir")));
    change("make one in a relative path", fs -> Files.createDirectory(fs.getPath("none/dir")));
    change("make an odd one", fs -> Files.createDirectory(fs.getPath("/" + ODD)));
    change(
        "make one with a mode and owner",
        fs ->
            Files.createDirectory(
                fs.getPath("/owned"),
                CreationAttributes.mode(01751),
                CreationAttributes.uid(-2),
                CreationAttributes.gid(12)));
    change(
        "make one with permissions",
        fs ->
            Files.createDirectory(
                fs.getPath("/permitted"),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwxr-x--x"))));
    change(
        "make one with an attribute nobody knows",
        fs -> Files.createDirectory(fs.getPath("/x"), new Attribute("unix:colour", 1)));
    change("write a file", fs -> Files.writeString(fs.getPath("/dir/file"), "content"));
    change("write an odd one", fs -> Files.writeString(fs.getPath("/" + ODD, ODD), ODD));
    change("below a file", fs -> Files.createFile(fs.getPath("/dir/file/x")));
    change("a name too long", fs -> Files.createFile(fs.getPath("/" + "n".repeat(256))));
    change("a link", fs -> Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("dir/file")));
    change("an odd link", fs -> Files.createSymbolicLink(fs.getPath("/odd"), fs.getPath(ODD, ODD)));
    change("a loop", fs -> Files.createSymbolicLink(fs.getPath("/loop"), fs.getPath("loop")));
    change("go round the loop", fs -> Files.readString(fs.getPath("/loop")));
    change("a second name", fs -> Files.createLink(fs.getPath("/dir/2"), fs.getPath("/dir/file")));
    change("a name of nothing", fs -> Files.createLink(fs.getPath("/3"), fs.getPath("/none")));
    change("a name of a directory", fs -> Files.createLink(fs.getPath("/3"), fs.getPath("/dir")));
    add("read the link", fs -> Files.readSymbolicLink(fs.getPath("/link")).toString());
    add("read the odd link", fs -> Files.readSymbolicLink(fs.getPath("/odd")).toString());
    add("read no link", fs -> Files.readSymbolicLink(fs.getPath("/dir")).toString());
    add("read through it", fs -> Files.readString(fs.getPath("/link")));
    change(
        "a link of any bytes",
        fs ->
            fs.createSymbolicLink(
                fs.getPath("/bytes"), bytes("a//b\377/"), CreationAttributes.uid(9)));
    change("a link to nothing", fs -> fs.createSymbolicLink(fs.getPath("/x"), new byte[0]));
    add("its bytes", fs -> Arrays.toString(fs.readSymbolicLink(fs.getPath("/bytes"))));
    add("the bytes of no link", fs -> fs.readSymbolicLink(fs.getPath("/dir")));
    add("durability", DedupFileSystem::durability);
    add("real path", fs -> fs.getPath("/dir/../link").toRealPath().toString());
    add("real path of a link", fs -> fs.getPath("/link").toRealPath(NOFOLLOW_LINKS).toString());
    add("real path of nothing", fs -> fs.getPath("/none/x").toRealPath().toString());
    add("same", fs -> Files.isSameFile(fs.getPath("/dir/file"), fs.getPath("/dir/2")));
    add("not same", fs -> Files.isSameFile(fs.getPath("/dir"), fs.getPath("/dir/2")));
    add("same as none", fs -> Files.isSameFile(fs.getPath("/dir"), fs.getPath("/none")));
    add("exists", fs -> Files.exists(fs.getPath("/dir/file")));
    add("exists not", fs -> Files.exists(fs.getPath("/loop")));
    add("exists as a link", fs -> Files.exists(fs.getPath("/loop"), NOFOLLOW_LINKS));
    add("is executable", fs -> Files.isExecutable(fs.getPath("/dir/file")));
    add("is writable", fs -> Files.isWritable(fs.getPath("/dir/file")));
    change("delete what is not empty", fs -> Files.delete(fs.getPath("/dir")));
    change("delete nothing", fs -> Files.delete(fs.getPath("/none")));
    add("delete nothing if it exists", fs -> Files.deleteIfExists(fs.getPath("/none")));
    change("delete the root", fs -> Files.delete(fs.getPath("/")));
    change("delete a directory", fs -> Files.delete(fs.getPath("/permitted")));
    change("NUL", fs -> Files.createFile(fs.getPath("/a\0b")));
    change("a surrogate that is no byte", fs -> Files.createFile(fs.getPath("/\udc01")));
    change(
        "a device",
        fs ->
            Files.createFile(
                fs.getPath("/device"),
                CreationAttributes.mode(0020640),
                CreationAttributes.rdev(0x0103)));
    change("a fifo", fs -> Files.createFile(fs.getPath("/fifo"), CreationAttributes.mode(010600)));
    change("open the fifo", fs -> FileChannel.open(fs.getPath("/fifo"), READ).close());
  }

  private record Attribute(String name, Object value)
      implements java.nio.file.attribute.FileAttribute<Object> {}

  private void attributes() {
    String path = "/dir/file";
    change("mode", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", 04755));
    change("mode of a type", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", 0040755));
    change("mode that is none", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", "x"));
    change("null", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", null));
    change("no such attribute", fs -> Files.setAttribute(fs.getPath(path), "unix:x", 1));
    change("no such view", fs -> Files.setAttribute(fs.getPath(path), "nt:x", 1));
    change("owner", fs -> Files.setAttribute(fs.getPath(path), "unix:uid", 77));
    change("group", fs -> Files.setAttribute(fs.getPath(path), "unix:gid", -3));
    change("time", fs -> Files.setLastModifiedTime(fs.getPath(path), time("2001-02-03T04:05:06Z")));
    change(
        "times of a link",
        fs ->
            Files.getFileAttributeView(
                    fs.getPath("/link"), BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .setTimes(
                    time("1950-01-01T00:00:00.123456789Z"),
                    time("2200-01-01T00:00:00Z"),
                    time("1970-01-01T00:00:00Z")));
    change(
        "times of nothing",
        fs ->
            Files.getFileAttributeView(fs.getPath("/none"), BasicFileAttributeView.class)
                .setTimes(time("2001-01-01T00:00:00Z"), null, null));
    change(
        "permissions",
        fs ->
            Files.setPosixFilePermissions(
                fs.getPath("/dir/2"), PosixFilePermissions.fromString("rw-r---wx")));
    change(
        "ids by the view",
        fs ->
            Files.getFileAttributeView(fs.getPath("/owned"), UnixFileAttributeView.class)
                .setIds(5, 6));
    change(
        "mode by the view",
        fs ->
            Files.getFileAttributeView(fs.getPath("/owned"), UnixFileAttributeView.class)
                .setMode(0700));
    change(
        "the owner of one for another",
        fs ->
            Files.getFileAttributeView(fs.getPath("/dir"), PosixFileAttributeView.class)
                .setOwner(Files.getOwner(fs.getPath("/owned"))));
    add("owner's name", fs -> Files.getOwner(fs.getPath("/dir")).getName());
    for (String wanted : new String[] {"*", "posix:*", "unix:*", "unix:mode,x", "size,isOther"}) {
      for (String of : new String[] {path, "/link", "/none", "/device", "/" + ODD}) {
        add(wanted + " of " + of, fs -> shown(Files.readAttributes(fs.getPath(of), wanted)));
        add(
            wanted + " of " + of + " itself",
            fs -> shown(Files.readAttributes(fs.getPath(of), wanted, NOFOLLOW_LINKS)));
      }
    }
    add("attributes by type", fs -> shown(read(fs.getPath(path))));
    add(
        "basic ones by type",
        fs -> Files.readAttributes(fs.getPath(path), BasicFileAttributes.class).size());
    add(
        "view that is none",
        fs ->
            Files.getFileAttributeView(
                fs.getPath(path), java.nio.file.attribute.DosFileAttributeView.class));
    add(
        "space",
        fs -> {
          FileStore space = Files.getFileStore(fs.getPath("/"));
          return space.type()
              + space.isReadOnly()
              + space.getBlockSize()
              + space.getAttribute("unix:nameMax")
              + space.getTotalSpace();
        });
    add("space of nothing", fs -> Files.getFileStore(fs.getPath("/none")));
    add("no such space", fs -> Files.getFileStore(fs.getPath("/")).getAttribute("colour"));
  }

  private static FileTime time(String text) {
    return FileTime.from(Instant.parse(text));
  }

  private void extendedAttributes() {
    for (Presence presence : Presence.values()) {
      for (String name : new String[] {"user.a", "user.b", "trusted." + "x".repeat(300), "b"}) {
        change(
            "write " + name + " " + presence,
            fs ->
                xattrs(fs.getPath("/dir/file"))
                    .write(
                        bytes(name), new byte[] {0, 1, (byte) WireNumber.of(presence)}, presence));
      }
    }
    add(
        "list",
        fs ->
            xattrs(fs.getPath("/dir/file")).list().stream()
                .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                .sorted()
                .toList());
    add("read", fs -> Arrays.toString(xattrs(fs.getPath("/dir/file")).read(bytes("user.a"))));
    add("read none", fs -> xattrs(fs.getPath("/dir/file")).read(bytes("user.c")) == null);
    add("read of nothing", fs -> xattrs(fs.getPath("/none")).read(bytes("user.c")));
    change(
        "large",
        fs -> xattrs(fs.getPath("/dir")).write(bytes("user.large"), new byte[65536], Presence.ANY));
    add("read large", fs -> xattrs(fs.getPath("/dir")).read(bytes("user.large")).length);
    change(
        "too large",
        fs -> xattrs(fs.getPath("/dir")).write(bytes("user.large"), new byte[65537], Presence.ANY));
    change("delete", fs -> xattrs(fs.getPath("/dir/file")).delete(bytes("user.a")));
    change("delete none", fs -> xattrs(fs.getPath("/dir/file")).delete(bytes("user.a")));
    change(
        "by name",
        fs -> Files.setAttribute(fs.getPath("/dir"), "user:colour", ByteBuffer.wrap(bytes("red"))));
    add(
        "read by name",
        fs ->
            new String(
                (byte[]) Files.getAttribute(fs.getPath("/dir"), "user:colour"),
                StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ExtendedAttributeView xattrs(Path path) {
    return Files.getFileAttributeView(path, ExtendedAttributeView.class);
  }

  private void contents() {
    byte[] large = new byte[(5 << 20) + 77];
    new Random(1).nextBytes(large);
    change("write much", fs -> Files.write(fs.getPath("/large"), large));
    add("read much", fs -> Arrays.equals(Files.readAllBytes(fs.getPath("/large")), large));
    add("open nothing", fs -> FileChannel.open(fs.getPath("/none"), READ));
    add("open a directory to write", fs -> FileChannel.open(fs.getPath("/dir"), WRITE));
    add(
        "open a new one that exists",
        fs -> FileChannel.open(fs.getPath("/large"), CREATE_NEW, WRITE));
    add("open a link itself", fs -> FileChannel.open(fs.getPath("/link"), READ, NOFOLLOW_LINKS));
    add("read and append", fs -> FileChannel.open(fs.getPath("/large"), READ, APPEND));
    add(
        "truncate and append",
        fs -> FileChannel.open(fs.getPath("/large"), TRUNCATE_EXISTING, APPEND));
    add(
        "write what is open to read",
        fs -> with(fs, "/large", c -> c.write(ByteBuffer.allocate(1)), READ));
    add(
        "read what is open to write",
        fs -> with(fs, "/w", c -> c.read(ByteBuffer.allocate(1)), WRITE, CREATE));
    add("read into nothing", fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(0)), READ));
    add(
        "read at the end",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9), 1L << 40), READ));
    add(
        "read at minus one",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9), -1), READ));
    add(
        "read into what is read only",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9).asReadOnlyBuffer()), READ));
    add(
        "read what is closed",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  c.close();
                  return c.read(ByteBuffer.allocate(1));
                },
                READ));
    add(
        "read piece by piece",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  ByteBuffer[] pieces = {
                    ByteBuffer.allocate(3), ByteBuffer.allocate(3 << 20), ByteBuffer.allocate(0)
                  };
                  long count = c.read(pieces);
                  return count + " " + c.position() + " " + Arrays.hashCode(pieces[1].array());
                },
                READ));
    add(
        "append",
        fs ->
            with(
                fs,
                "/large",
                c -> c.write(ByteBuffer.wrap(large)) + " " + c.position() + c.size(),
                APPEND));
    add(
        "patch",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  c.position(5);
                  c.write(
                      new ByteBuffer[] {
                        ByteBuffer.wrap(bytes("abc")), ByteBuffer.wrap(bytes("de"))
                      });
                  c.write(ByteBuffer.wrap(bytes("far")), 1L << 34);
                  c.force(true);
                  return c.position()
                      + " "
                      + c.size()
                      + " "
                      + c.nextHole(0)
                      + " "
                      + c.nextData(1L << 33)
                      + " "
                      + c.nextData(1L << 35);
                },
                WRITE));
    add(
        "ranges",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  c.punchHole(1 << 20, 1 << 20);
                  c.zeroRange(10, 10);
                  c.allocate(0, (1L << 34) + 100);
                  c.truncate(9 << 20);
                  c.setLength(10 << 20);
                  return c.position() + " " + c.size() + " " + c.nextHole(0);
                },
                WRITE));
    add(
        "ranges of what is open to read",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  c.punchHole(1 << 20, 1 << 20);
                  return 0;
                },
                READ));
    add(
        "a range before the start",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  c.allocate(-1, 1);
                  return 0;
                },
                WRITE));
    add("position before the start", fs -> with(fs, "/large", c -> c.position(-1), WRITE));
    add(
        "attributes of what was unlinked",
        fs ->
            with(
                fs,
                "/gone",
                c -> {
                  c.write(ByteBuffer.wrap(bytes("abc")));
                  Files.delete(fs.getPath("/gone"));
                  c.attributeView().setMode(0751);
                  c.attributeView().setIds(1, 2);
                  c.attributeView().setTimes(time("2001-01-01T00:00:00Z"), null, null);
                  c.attributeView().setPermissions(PosixFilePermissions.fromString("r-x-w--wx"));
                  return shown(c.attributeView().readAttributes());
                },
                WRITE,
                CREATE));
    add(
        "copy to a channel",
        fs ->
            with(
                fs,
                "/large",
                c -> {
                  try (FileChannel target =
                      FileChannel.open(fs.getPath("/copied"), CREATE, WRITE)) {
                    return c.transferTo(3, 2 << 20, target)
                        + " "
                        + target.transferFrom(c, 5, 1 << 20);
                  }
                },
                READ));
  }

  private interface Work {
    Object on(DedupFileChannel channel) throws IOException;
  }

  private static Object with(
      DedupFileSystem fs, String path, Work work, java.nio.file.OpenOption... options)
      throws IOException {
    try (FileChannel channel = FileChannel.open(fs.getPath(path), options)) {
      Object result = work.on((DedupFileChannel) channel);
      return result instanceof FileChannel ? "itself" : result;
    }
  }

  private void copiesAndMoves() {
    change("copy", fs -> Files.copy(fs.getPath("/dir/file"), fs.getPath("/copy")));
    change("copy again", fs -> Files.copy(fs.getPath("/dir/file"), fs.getPath("/copy")));
    change(
        "copy with all",
        fs ->
            Files.copy(
                fs.getPath("/dir/file"), fs.getPath("/copy"), REPLACE_EXISTING, COPY_ATTRIBUTES));
    change(
        "copy a link",
        fs ->
            Files.copy(fs.getPath("/link"), fs.getPath("/link2"), NOFOLLOW_LINKS, COPY_ATTRIBUTES));
    change("copy nothing", fs -> Files.copy(fs.getPath("/none"), fs.getPath("/x")));
    change("copy atomically", fs -> Files.copy(fs.getPath("/link"), fs.getPath("/x"), ATOMIC_MOVE));
    change("move", fs -> Files.move(fs.getPath("/copy"), fs.getPath("/moved")));
    change("move over", fs -> Files.move(fs.getPath("/link2"), fs.getPath("/moved")));
    change(
        "move and replace",
        fs -> Files.move(fs.getPath("/link2"), fs.getPath("/moved"), REPLACE_EXISTING));
    change(
        "move at once",
        fs -> Files.move(fs.getPath("/moved"), fs.getPath("/dir/moved"), ATOMIC_MOVE));
    change("move into itself", fs -> Files.move(fs.getPath("/dir"), fs.getPath("/dir/below")));
    change(
        "move over what is not empty",
        fs -> Files.move(fs.getPath("/owned"), fs.getPath("/dir"), ATOMIC_MOVE));
    change("move nothing", fs -> Files.move(fs.getPath("/none"), fs.getPath("/x")));
    change(
        "move with attributes",
        fs -> Files.move(fs.getPath("/dir"), fs.getPath("/x"), COPY_ATTRIBUTES));
    change("sync", DedupFileSystem::sync);
  }

  private void directories() {
    add("list the root", fs -> list(fs.getPath("/")));
    add("list nothing", fs -> list(fs.getPath("/none")));
    add("list a file", fs -> list(fs.getPath("/dir/file")));
    add("list a relative path", fs -> list(fs.getPath("dir")));
    add(
        "list with a filter",
        fs -> {
          try (DirectoryStream<Path> stream =
              Files.newDirectoryStream(fs.getPath("/"), p -> p.toString().length() > 5)) {
            return strings(stream);
          }
        });
    change(
        "many names",
        fs -> {
          Path many = Files.createDirectory(fs.getPath("/many"));
          for (int i = 0; i < 1500; i++) {
            Files.createFile(many.resolve("name " + i));
          }
        });
    add("list many", fs -> list(fs.getPath("/many")));
    add(
        "a filter that fails",
        fs -> {
          try (DirectoryStream<Path> stream =
              Files.newDirectoryStream(
                  fs.getPath("/"),
                  p -> {
                    throw new IOException("no");
                  })) {
            return strings(stream);
          }
        });
    add(
        "a cursor",
        fs -> {
          try (DirectoryCursor cursor = fs.openDirectory(fs.getPath("/many"))) {
            TreeSet<String> found = new TreeSet<>();
            long after = DirectoryCursor.START;
            List<DirectoryCursor.Entry> some = cursor.read(after, 700);
            while (!some.isEmpty()) {
              for (DirectoryCursor.Entry each : some) {
                found.add(
                    new String(each.name(), StandardCharsets.UTF_8)
                        + each.type()
                        + cursor.attributes(each).mode());
                after = each.cookie();
              }
              some = cursor.read(after, 700);
            }
            return found + " " + cursor.attributes().mode();
          }
        });
    add("a cursor on a file", fs -> fs.openDirectory(fs.getPath("/dir/file")));
    add("statistics", fs -> fs.statistics().files() + " " + fs.statistics().logicalBytes());
    add(
        "host directories",
        fs ->
            fs.hostDirectories().contains(fs.storeDirectory()) + " " + fs.hostDirectories().size());
    // How many blocks have died depends on when workers cut what was being written.
    add(
        "sweep",
        fs -> {
          SweepSummary dead = fs.sweep(true);
          return (dead.blocksDeleted() > 0) + " " + (dead.storedBytesDeleted() > 100_000);
        });
    add("check", fs -> fs.check(finding -> {}).findings() + " " + fs.check(finding -> {}).inodes());
    add("scrub", fs -> fs.scrub(ScrubOptions.DEFAULT, finding -> {}).damagedBlocks());
    add("views", fs -> new TreeSet<>(fs.supportedFileAttributeViews()));
  }

  private static List<String> list(Path path) throws IOException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      return strings(stream);
    }
  }

  private static List<String> strings(DirectoryStream<Path> stream) {
    List<String> found = new ArrayList<>();
    stream.forEach(path -> found.add(path.toString()));
    found.sort(null);
    return found;
  }

  private static UnixFileAttributes read(Path path) throws IOException {
    return Files.readAttributes(path, UnixFileAttributes.class, NOFOLLOW_LINKS);
  }

  private static String shown(UnixFileAttributes a) {
    return String.format(
        "%o %d %d %d:%d %s %s %s %d %s %s%s%s%s",
        a.mode(),
        a.nlink(),
        a.rdev(),
        a.uid(),
        a.gid(),
        a.owner(),
        a.group(),
        a.permissions(),
        a.size(),
        a.allocatedBytes(),
        a.isDirectory(),
        a.isRegularFile(),
        a.isSymbolicLink(),
        a.isOther());
  }

  /** Without what differs from store to store: times of now, the device. */
  private static String shown(Map<String, Object> values) {
    Map<String, Object> kept = new TreeMap<>(values);
    kept.keySet().removeAll(List.of("dev", "fileKey", "ctime"));
    kept.values()
        .removeIf(
            value ->
                value instanceof FileTime time
                    && Math.abs(time.toMillis() - System.currentTimeMillis()) < 600_000);
    return kept.toString();
  }

  private static String outcome(DedupFileSystem fs, Action action) {
    try {
      return String.valueOf(action.on(fs));
    } catch (Exception e) {
      StringBuilder text = new StringBuilder(e.getClass().getName());
      text.append(' ').append(e.getMessage());
      if (e instanceof FileSystemException named) {
        text.append(" file ").append(named.getFile());
        text.append(" other ").append(named.getOtherFile());
        text.append(" reason ").append(named.getReason());
      }
      if (e instanceof DedupFileSystemException ours) {
        text.append(' ').append(ours.reason());
      }
      return text.toString();
    }
  }

  /** All names, attributes and bytes. */
  private static List<String> dump(DedupFileSystem fs) throws IOException {
    List<String> lines = new ArrayList<>();
    dump(fs.getPath("/"), lines);
    return lines;
  }

  private static void dump(Path path, List<String> lines) throws IOException {
    UnixFileAttributes found = read(path);
    String content = "";
    if (found.isRegularFile()) {
      content = Integer.toHexString(Arrays.hashCode(Files.readAllBytes(path)));
    } else if (found.isSymbolicLink()) {
      content = Files.readSymbolicLink(path).toString();
    }
    lines.add(path + " " + shown(found) + " " + content);
    if (found.isDirectory()) {
      List<Path> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        stream.forEach(children::add);
      }
      children.sort(null);
      for (Path child : children) {
        dump(child, lines);
      }
    }
  }
}
