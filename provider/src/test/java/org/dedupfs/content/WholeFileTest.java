package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What small files consist of is kept between reads, and is never older than the last change. */
@Timeout(120)
class WholeFileTest {
  private static final int CHUNK_BYTES = 4 << 10;
  private static final int FILE_BYTES = 3 * CHUNK_BYTES - 100;
  private static final int VERSIONS = 20_000;

  private ContentFixture fixture;
  private InodeNumber inode;
  private FileContent file;

  @BeforeEach
  void makeFile() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("fixed:4k"), 1 << 20);
    inode = fixture.createFile();
    file = fixture.content().acquire(inode);
    file.write(0, ByteBuffer.wrap(random(1, FILE_BYTES)));
    fixture.content().sync(file);
  }

  @AfterEach
  void close() throws IOException {
    fixture.content().release(file);
    fixture.close();
  }

  private static byte[] random(long seed, int count) {
    byte[] bytes = new byte[count];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private byte[] read() throws IOException {
    ByteBuffer target = ByteBuffer.allocate(10 * CHUNK_BYTES);
    int count = file.read(0, target);
    return Arrays.copyOf(target.array(), Math.max(0, count));
  }

  /** Everything that changes what a file consists of; returns what it should be then. */
  private enum Change {
    OVERWRITE {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        byte[] some = random(2, 100);
        test.file.write(5_000, ByteBuffer.wrap(some));
        System.arraycopy(some, 0, bytes, 5_000, some.length);
        return bytes;
      }
    },
    APPEND {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        byte[] some = random(3, 5_000);
        test.file.append(ByteBuffer.wrap(some));
        byte[] longer = Arrays.copyOf(bytes, bytes.length + some.length);
        System.arraycopy(some, 0, longer, bytes.length, some.length);
        return longer;
      }
    },
    TRUNCATE {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        test.file.setSize(5_000);
        return Arrays.copyOf(bytes, 5_000);
      }
    },
    EMPTY {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        test.file.setSize(0);
        return new byte[0];
      }
    },
    GROW {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        test.file.setSize(bytes.length + 7_000);
        return Arrays.copyOf(bytes, bytes.length + 7_000);
      }
    },
    PUNCH {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        test.file.punchHole(3_000, 4_000);
        Arrays.fill(bytes, 3_000, 7_000, (byte) 0);
        return bytes;
      }
    },
    CLONE_RANGE {
      @Override
      byte[] make(WholeFileTest test, byte[] bytes) throws IOException {
        assertThat(test.file.cloneRange(test.file, 0, 2 * CHUNK_BYTES, CHUNK_BYTES))
            .isEqualTo(CHUNK_BYTES);
        byte[] longer = Arrays.copyOf(bytes, 3 * CHUNK_BYTES);
        System.arraycopy(bytes, 0, longer, 2 * CHUNK_BYTES, CHUNK_BYTES);
        return longer;
      }
    };

    abstract byte[] make(WholeFileTest test, byte[] bytes) throws IOException;
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void a_read_sees_every_change_made_before_it(Change change) throws IOException {
    byte[] before = read();
    assertThat(before).isEqualTo(random(1, FILE_BYTES));
    assertThat(read()).isEqualTo(before);

    byte[] after = change.make(this, before.clone());
    assertThat(read()).isEqualTo(after);
    assertThat(read()).isEqualTo(after);

    fixture.content().sync(file);
    assertThat(read()).isEqualTo(after);
    assertThat(read()).isEqualTo(after);
    fixture.sweep(); // what it consisted of before is gone
    assertThat(read()).isEqualTo(after);
  }

  @Test
  void parts_and_the_end_are_as_they_were_when_read_again() throws IOException {
    byte[] all = read();
    for (int[] range : new int[][] {{0, 10}, {4_000, 200}, {8_000, 9_000}, {FILE_BYTES - 1, 5}}) {
      ByteBuffer target = ByteBuffer.allocate(range[1]);
      int count = Math.min(range[1], FILE_BYTES - range[0]);
      assertThat(file.read(range[0], target)).isEqualTo(count);
      assertThat(Arrays.copyOf(target.array(), count))
          .isEqualTo(Arrays.copyOfRange(all, range[0], range[0] + count));
    }
    assertThat(file.read(FILE_BYTES, ByteBuffer.allocate(1))).isEqualTo(-1);
    assertThat(file.read(FILE_BYTES, ByteBuffer.allocate(0))).isZero();
    assertThat(file.read(0, ByteBuffer.allocate(0))).isZero();
  }

  @Test
  void a_deleted_file_is_not_read_from_what_was_kept() throws IOException {
    read();
    fixture.deleteFile(inode);
    assertThat(read()).isEmpty();
  }

  @Test
  void a_read_beside_a_writer_is_never_older_than_the_last_write_before_it() throws Exception {
    AtomicInteger written = new AtomicInteger();
    file.setSize(CHUNK_BYTES);
    file.write(0, version(0));
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 1; i <= VERSIONS; i++) {
                  file.write(0, version(i));
                  written.set(i);
                  if (i % 50 == 0) {
                    fixture.content().sync(file);
                  }
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    writer.start();
    try {
      ByteBuffer target = ByteBuffer.allocate(CHUNK_BYTES);
      while (writer.isAlive()) {
        int least = written.get();
        assertThat(file.read(0, target.clear())).isEqualTo(CHUNK_BYTES);
        int first = target.getInt(0);
        assertThat(first).isGreaterThanOrEqualTo(least);
        for (int at = 0; at < CHUNK_BYTES; at += Integer.BYTES) {
          if (target.getInt(at) != first) {
            throw new AssertionError("a mixture of " + first + " and " + target.getInt(at));
          }
        }
      }
    } finally {
      writer.join();
    }
    assertThat(written).hasValue(VERSIONS);
  }

  private static ByteBuffer version(int number) {
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK_BYTES);
    while (bytes.hasRemaining()) {
      bytes.putInt(number);
    }
    return bytes.flip();
  }
}
