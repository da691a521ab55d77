package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SPARSE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Opening, reading and writing through channels. */
class ChannelDifferentialTest extends SideBySide {

  @BeforeEach
  void makeFiles() throws Exception {
    both(
        d -> {
          Files.writeString(d.resolve("file"), "0123456789");
          Files.createDirectory(d.resolve("directory"));
          for (String target : List.of("file", "directory", "missing")) {
            Files.createSymbolicLink(d.resolve("to-" + target), d.getFileSystem().getPath(target));
          }
        });
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static FileChannel open(Path d, OpenOption... options) throws IOException {
    return FileChannel.open(d.resolve("file"), options);
  }

  @Test
  void opening_succeeds_and_fails_as_on_unix() {
    List<OpenOption[]> modes =
        List.of(
            new OpenOption[] {},
            new OpenOption[] {READ},
            new OpenOption[] {WRITE},
            new OpenOption[] {READ, WRITE},
            new OpenOption[] {WRITE, CREATE},
            new OpenOption[] {WRITE, CREATE_NEW},
            new OpenOption[] {READ, CREATE},
            new OpenOption[] {READ, CREATE_NEW},
            new OpenOption[] {WRITE, CREATE, CREATE_NEW, TRUNCATE_EXISTING},
            new OpenOption[] {APPEND, CREATE},
            new OpenOption[] {READ, APPEND},
            new OpenOption[] {APPEND, TRUNCATE_EXISTING},
            new OpenOption[] {READ, TRUNCATE_EXISTING},
            new OpenOption[] {WRITE, SPARSE, SYNC, DSYNC},
            new OpenOption[] {READ, LinkOption.NOFOLLOW_LINKS});
    for (String place :
        List.of(
            "file",
            "directory",
            "to-file",
            "to-directory",
            "to-missing",
            "missing",
            "file/x",
            "missing/x",
            "directory/.",
            "directory/new")) {
      for (OpenOption[] options : modes) {
        same(
            d -> {
              Path path = d.resolve(place);
              boolean existed = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
              try (FileChannel channel = FileChannel.open(path, options)) {
                return channel.isOpen();
              } catch (java.nio.file.FileSystemException e) {
                throw e;
              } catch (IOException e) {
                // The JDK says NOFOLLOW_LINKS failed without naming the file.
                throw new java.nio.file.FileSystemException(path.toString());
              } finally {
                if (!existed) {
                  Files.deleteIfExists(path);
                }
                Files.deleteIfExists(d.resolve("missing"));
              }
            });
      }
    }
  }

  @Test
  void creating_through_a_link_to_nothing_creates_its_target() throws Exception {
    both(d -> Files.writeString(d.resolve("to-missing"), "x"));
  }

  @Test
  void null_options_and_buffers_are_refused_alike() {
    same(d -> FileChannel.open(d.resolve("file"), (OpenOption) null));
    same(d -> open(d, READ).read((ByteBuffer) null));
    same(d -> open(d, WRITE).write((ByteBuffer) null));
    same(d -> open(d, READ).read((ByteBuffer) null, 0));
  }

  @Test
  void reading_goes_on_from_the_position() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ)) {
            List<Object> seen = new ArrayList<>();
            ByteBuffer buffer = ByteBuffer.allocate(4);
            for (int i = 0; i < 5; i++) {
              seen.add(channel.read(buffer.clear()));
              seen.add(channel.position());
              seen.add(buffer.array().clone());
            }
            seen.add(channel.read(ByteBuffer.allocate(0)));
            channel.position(100);
            seen.add(channel.read(buffer.clear()));
            seen.add(channel.read(ByteBuffer.allocate(0)));
            seen.add(channel.read(buffer.clear(), 8));
            seen.add(channel.read(buffer.clear(), 10));
            seen.add(channel.read(ByteBuffer.allocateDirect(3), 5));
            seen.add(channel.position());
            return seen;
          }
        });
  }

  @Test
  void writing_goes_on_from_the_position_and_leaves_zeros_in_gaps() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ, WRITE)) {
            List<Object> seen = new ArrayList<>();
            seen.add(channel.write(bytes("abc")));
            seen.add(channel.position());
            seen.add(channel.position(20).size());
            seen.add(channel.write(bytes("end")));
            seen.add(channel.write(bytes("Z"), 15));
            seen.add(channel.position());
            seen.add(channel.size());
            seen.add(channel.write(ByteBuffer.allocate(0)));
            seen.add(channel.write(ByteBuffer.allocate(0), 50));
            seen.add(channel.size());
            return seen;
          }
        });
  }

  @Test
  void appending_writes_at_the_end_whatever_the_position() {
    same(
        d -> {
          try (FileChannel channel = open(d, APPEND)) {
            List<Object> seen = new ArrayList<>();
            seen.add(channel.position());
            channel.position(0);
            seen.add(channel.position());
            seen.add(channel.write(bytes("a")));
            seen.add(channel.position());
            seen.add(channel.write(bytes("b"), 0));
            seen.add(channel.write(new ByteBuffer[] {bytes("c"), bytes("d")}));
            seen.add(channel.size());
            channel.truncate(5);
            seen.add(channel.position());
            seen.add(channel.write(bytes("e")));
            return seen;
          }
        });
  }

  @Test
  void scattering_and_gathering_use_buffers_in_order() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ, WRITE)) {
            List<Object> seen = new ArrayList<>();
            ByteBuffer[] targets = {
              ByteBuffer.allocate(3),
              ByteBuffer.allocate(0),
              ByteBuffer.allocate(4),
              ByteBuffer.allocate(9)
            };
            seen.add(channel.read(targets));
            for (ByteBuffer target : targets) {
              seen.add(target);
            }
            seen.add(channel.read(targets));
            seen.add(channel.position());
            ByteBuffer[] sources = {bytes("one"), bytes(""), bytes("two"), bytes("three")};
            seen.add(channel.write(sources, 1, 2));
            for (ByteBuffer source : sources) {
              seen.add(source);
            }
            seen.add(channel.read(targets, 0, 0));
            return seen;
          }
        });
    same(d -> open(d, READ).read(new ByteBuffer[2], 1, 2));
    same(d -> open(d, WRITE).write(new ByteBuffer[2], -1, 2));
  }

  @Test
  void truncating_never_grows_and_pulls_the_position_back() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ, WRITE)) {
            List<Object> seen = new ArrayList<>();
            channel.position(8);
            seen.add(channel.truncate(20).size());
            seen.add(channel.position());
            seen.add(channel.truncate(5).size());
            seen.add(channel.position());
            channel.position(30).truncate(10);
            seen.add(channel.position());
            seen.add(channel.size());
            return seen;
          }
        });
  }

  @Test
  void modes_are_kept() {
    same(d -> open(d, READ).write(bytes("x")));
    same(d -> open(d, READ).write(bytes("x"), 0));
    same(d -> open(d, READ).write(new ByteBuffer[] {bytes("x")}));
    same(d -> open(d, READ).truncate(1));
    same(d -> open(d, READ).transferFrom(open(d, READ), 0, 1));
    same(d -> open(d, WRITE).read(ByteBuffer.allocate(1)));
    same(d -> open(d, WRITE).read(ByteBuffer.allocate(1), 0));
    same(d -> open(d, WRITE).read(new ByteBuffer[] {ByteBuffer.allocate(1)}));
    same(d -> open(d, WRITE).transferTo(0, 1, open(d, WRITE)));
    same(d -> open(d, READ).read(ByteBuffer.allocate(1).asReadOnlyBuffer()));
  }

  @Test
  void negative_arguments_are_refused() {
    same(d -> open(d, READ).position(-1));
    same(d -> open(d, READ).read(ByteBuffer.allocate(1), -1));
    same(d -> open(d, WRITE).write(bytes("x"), -1));
    same(d -> open(d, WRITE).truncate(-1));
    same(d -> open(d, READ).transferTo(-1, 1, open(d, WRITE)));
    same(d -> open(d, READ).transferTo(1, -1, open(d, WRITE)));
    same(d -> open(d, WRITE).transferFrom(open(d, READ), -1, 1));
    same(d -> open(d, WRITE).transferFrom(open(d, READ), 0, -1));
  }

  @Test
  void a_closed_channel_does_nothing_more() {
    interface Use {
      Object of(FileChannel channel) throws Exception;
    }
    List<Use> uses =
        List.of(
            FileChannel::position,
            FileChannel::size,
            c -> c.position(-1),
            c -> c.read(ByteBuffer.allocate(1)),
            c -> c.read(ByteBuffer.allocate(1), 0),
            c -> c.read(new ByteBuffer[] {ByteBuffer.allocate(1)}),
            c -> c.write(bytes("x")),
            c -> c.write(bytes("x"), 0),
            c -> c.truncate(0),
            c -> c.lock(),
            c -> c.tryLock(),
            c -> c.transferTo(0, 1, c),
            c -> c.transferFrom(c, 0, 1),
            c -> {
              c.force(true);
              return "";
            },
            c -> {
              c.close();
              return c.isOpen();
            });
    for (Use use : uses) {
      same(
          d -> {
            FileChannel channel = open(d, READ, WRITE);
            channel.close();
            return use.of(channel);
          });
    }
  }

  @Test
  void a_file_that_is_deleted_on_close_is_gone_after_it() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ, DELETE_ON_CLOSE)) {
            return List.of(Files.exists(d.resolve("file")), channel.size());
          }
        });
    same(d -> Files.exists(d.resolve("file")));
    same(
        d -> {
          try (FileChannel channel =
              FileChannel.open(d.resolve("new"), CREATE_NEW, WRITE, DELETE_ON_CLOSE)) {
            return channel.write(bytes("x"));
          }
        });
    assertThat(
            same(
                d ->
                    isFailing(
                        () -> FileChannel.open(d.resolve("to-missing"), READ, DELETE_ON_CLOSE))))
        .isEqualTo("true");
  }

  @Test
  void an_open_file_outlives_its_name() {
    same(
        d -> {
          try (FileChannel channel = open(d, READ, WRITE)) {
            Files.delete(d.resolve("file"));
            channel.write(bytes("abc"));
            ByteBuffer buffer = ByteBuffer.allocate(10);
            channel.read(buffer, 0);
            return buffer.array();
          }
        });
  }

  @Test
  void two_channels_see_each_other() {
    same(
        d -> {
          try (FileChannel one = open(d, READ, WRITE);
              FileChannel other = open(d, READ, WRITE)) {
            List<Object> seen = new ArrayList<>();
            ByteBuffer buffer = ByteBuffer.allocate(12);
            one.write(bytes("xyz"), 9);
            seen.add(other.size());
            other.read(buffer, 0);
            seen.add(buffer.array());
            other.truncate(2);
            seen.add(one.size());
            seen.add(one.read(buffer.clear(), 2));
            return seen;
          }
        });
  }

  private static boolean isFailing(java.util.concurrent.Callable<?> call) throws Exception {
    try {
      call.call();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void streams_and_convenience_methods_work() {
    same(
        d -> {
          Path path = d.resolve("text");
          Files.writeString(path, "eins\nzwei\n");
          Files.writeString(path, "drei\n", APPEND);
          try (var out = Files.newOutputStream(path, APPEND)) {
            out.write(bytes("vier").array());
          }
          try (var in = Files.newInputStream(path)) {
            in.skip(5);
            return List.of(
                in.readAllBytes(),
                Files.readAllLines(path),
                Files.size(path),
                Files.mismatch(path, d.resolve("file")));
          }
        });
    same(d -> Files.newInputStream(d.resolve("file"), WRITE));
    same(d -> Files.newOutputStream(d.resolve("file"), READ));
  }

  @Test
  void every_write_is_durable_with_sync_and_reads_back() {
    for (OpenOption option : List.of(SYNC, DSYNC)) {
      same(
          d -> {
            try (FileChannel channel = open(d, READ, WRITE, option)) {
              channel.write(bytes("sync"));
              channel.force(false);
              return channel.size();
            }
          });
    }
  }
}
