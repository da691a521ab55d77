package org.dedupfs.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Sequential work on a stream of bytes, by the same code wherever the file is. What it takes to
 * make the bytes is measured beside each write and does not count. For one thread.
 */
final class StreamFile {
  /** The chunk size of the default chunking, on average. */
  private static final int PIECE_BYTES = 64 << 10;

  private final long bytes;
  private final Stop stop;
  private final byte[] made = new byte[MadeBytes.BUFFER_BYTES];
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(MadeBytes.BUFFER_BYTES);

  StreamFile(long bytes, Stop stop) {
    this.bytes = bytes;
    this.stop = stop;
  }

  /** What is done with each buffer. */
  @FunctionalInterface
  private interface Use {
    void use() throws IOException;
  }

  private Lap lap(CpuClock clock, MadeBytes source, Lap.Task task) throws IOException {
    Lap making =
        Lap.of(
            CpuClock.THREAD,
            () -> {
              each(source, () -> buffer.clear().put(made).flip());
              return bytes;
            });
    Lap all = Lap.of(clock, task);
    // A process that serves a mount has not made them: of its CPU nothing is taken off.
    return clock.isOfThisProcess() ? all.less(making) : all.lessWall(making);
  }

  private void each(MadeBytes source, Use use) throws IOException {
    for (long at = 0; at < bytes; at += made.length) {
      stop.check();
      source.fill(at, made);
      use.use();
    }
  }

  /** Writes a new file; it is durable when the lap ends. */
  Lap write(CpuClock clock, Path file, MadeBytes source) throws IOException {
    return write(clock, file, source, 0);
  }

  /**
   * Writes a new file in which all stands {@code shiftBytes} further back; it is durable when the
   * lap ends.
   */
  Lap write(CpuClock clock, Path file, MadeBytes source, int shiftBytes) throws IOException {
    return lap(
        clock,
        source,
        () -> {
          try (FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (shiftBytes > 0) {
              drain(channel, ByteBuffer.wrap(new byte[shiftBytes]));
            }
            each(
                source,
                () -> {
                  buffer.clear().put(made).flip();
                  drain(channel, buffer);
                });
            channel.force(true);
          }
          return bytes;
        });
  }

  private static void drain(FileChannel channel, ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  Lap read(CpuClock clock, Path file) throws IOException {
    return Lap.of(
        clock,
        () -> {
          long total = 0;
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int count = channel.read(buffer.clear());
            while (count > 0) {
              stop.check();
              total += count;
              count = channel.read(buffer.clear());
            }
          }
          if (total != bytes) {
            throw new IOException(file + ": " + total + " bytes of " + bytes);
          }
          return bytes;
        });
  }

  /** Reads a plain file and hashes what it reads, on one core. */
  Lap readAndHash(Path file) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer read = ByteBuffer.wrap(made);
    return Lap.of(
        CpuClock.THREAD,
        () -> {
          long total = 0;
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int count = channel.read(read.clear());
            while (count > 0) {
              stop.check();
              digest.update(made, 0, count);
              total += count;
              count = channel.read(read.clear());
            }
          }
          return digest.digest().length == 0 ? 0 : total;
        });
  }

  /** SHA-256 of what {@link #write} writes, on one core. */
  Lap hash(MadeBytes source) throws IOException {
    MessageDigest digest = sha256();
    return lap(
        CpuClock.THREAD,
        source,
        () -> {
          each(source, () -> digest.update(made));
          // So that the work is not optimised away.
          return digest.digest().length == 0 ? 0 : bytes;
        });
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** zstd:1 of what {@link #write} writes, in pieces as large as chunks are, on one core. */
  Lap compress(MadeBytes source) throws IOException {
    byte[] target = new byte[PIECE_BYTES * 2];
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(1);
      return lap(
          CpuClock.THREAD,
          source,
          () -> {
            each(
                source,
                () -> {
                  for (int at = 0; at < made.length; at += PIECE_BYTES) {
                    int length =
                        context.compressByteArray(target, 0, target.length, made, at, PIECE_BYTES);
                    if (length == 0) {
                      throw new IOException("nothing was compressed");
                    }
                  }
                });
            return bytes;
          });
    }
  }
}
