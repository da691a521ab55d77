package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.dedupfs.control.StoreText.bytes;
import static org.dedupfs.control.StoreText.shown;
import static org.dedupfs.control.StoreText.time;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.dedupfs.DedupFileChannel;
import org.dedupfs.DedupFileSystem;

/** Bytes of files, through channels; after {@link NameActions}. */
final class ContentActions {
  private ContentActions() {}

  static void addTo(StoreActions to) {
    addReading(to);
    addWriting(to);
  }

  private static void addReading(StoreActions to) {
    byte[] large = large();
    to.change("write much", fs -> Files.write(fs.getPath("/large"), large));
    to.add("read much", fs -> Arrays.equals(Files.readAllBytes(fs.getPath("/large")), large));
    to.add("open nothing", fs -> FileChannel.open(fs.getPath("/none"), READ));
    to.add("open a directory to write", fs -> FileChannel.open(fs.getPath("/dir"), WRITE));
    to.add(
        "open a new one that exists",
        fs -> FileChannel.open(fs.getPath("/large"), CREATE_NEW, WRITE));
    to.add("open a link itself", fs -> FileChannel.open(fs.getPath("/link"), READ, NOFOLLOW_LINKS));
    to.add("read and append", fs -> FileChannel.open(fs.getPath("/large"), READ, APPEND));
    to.add(
        "truncate and append",
        fs -> FileChannel.open(fs.getPath("/large"), TRUNCATE_EXISTING, APPEND));
    to.add(
        "write what is open to read",
        fs -> with(fs, "/large", c -> c.write(ByteBuffer.allocate(1)), READ));
    to.add(
        "read what is open to write",
        fs -> with(fs, "/w", c -> c.read(ByteBuffer.allocate(1)), WRITE, CREATE));
    to.add(
        "read into nothing", fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(0)), READ));
    to.add(
        "read at the end",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9), 1L << 40), READ));
    to.add(
        "read at minus one",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9), -1), READ));
    to.add(
        "read into what is read only",
        fs -> with(fs, "/large", c -> c.read(ByteBuffer.allocate(9).asReadOnlyBuffer()), READ));
    to.add(
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
    to.add(
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
  }

  private static void addWriting(StoreActions to) {
    byte[] large = large();
    to.add(
        "append",
        fs ->
            with(
                fs,
                "/large",
                c -> c.write(ByteBuffer.wrap(large)) + " " + c.position() + c.size(),
                APPEND));
    to.add(
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
    to.add(
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
    to.add(
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
    to.add(
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
    to.add("position before the start", fs -> with(fs, "/large", c -> c.position(-1), WRITE));
    to.add(
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
    to.add(
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

  private static byte[] large() {
    byte[] large = new byte[(5 << 20) + 77];
    new Random(1).nextBytes(large);
    return large;
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
}
