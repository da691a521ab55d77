package org.dedupfs.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/** What programs do to one file, and what must be in it then. */
final class FileWork implements AutoCloseable {
  private static final int LIMIT_BYTES = 1 << 20;
  private static final int PIECE_BYTES = 40_000;

  final Random random;
  private final Path file;
  private byte[] model = {};
  private FileChannel channel;

  FileWork(Path file, Random random) throws IOException {
    this.file = file;
    this.random = random;
    this.channel = open();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  byte[] model() {
    return model;
  }

  /** One thing at random; tells what. */
  String step() throws IOException {
    return switch (random.nextInt(6)) {
      case 0 -> truncate();
      case 1 -> append();
      case 2 -> writeMapped();
      case 3 -> reopen();
      default -> write();
    };
  }

  private byte[] piece() {
    byte[] piece = new byte[1 + random.nextInt(PIECE_BYTES)];
    random.nextBytes(piece);
    return piece;
  }

  private void put(byte[] piece, int at) {
    if (at + piece.length > model.length) {
      model = Arrays.copyOf(model, at + piece.length);
    }
    System.arraycopy(piece, 0, model, at, piece.length);
  }

  private String write() throws IOException {
    byte[] piece = piece();
    int at = random.nextInt(Math.min(LIMIT_BYTES, model.length + PIECE_BYTES));
    assertThat(channel.write(ByteBuffer.wrap(piece), at)).isEqualTo(piece.length);
    put(piece, at);
    return "write " + piece.length + " at " + at;
  }

  private String append() throws IOException {
    if (model.length > LIMIT_BYTES) {
      return truncate();
    }
    byte[] piece = piece();
    try (FileChannel appending = FileChannel.open(file, StandardOpenOption.APPEND)) {
      assertThat(appending.write(ByteBuffer.wrap(piece))).isEqualTo(piece.length);
    }
    put(piece, model.length);
    return "append " + piece.length;
  }

  private String truncate() throws IOException {
    int size = random.nextInt(model.length + 1);
    channel.truncate(size);
    model = Arrays.copyOf(model, size);
    return "truncate to " + size;
  }

  private String writeMapped() throws IOException {
    if (model.length == 0) {
      return write();
    }
    int at = random.nextInt(model.length);
    int length = 1 + random.nextInt(Math.min(PIECE_BYTES, model.length - at));
    byte[] piece = Arrays.copyOf(piece(), length);
    MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, at, length);
    mapped.put(piece);
    mapped.force();
    unmap(mapped);
    put(piece, at);
    return "mapped write of " + length + " at " + at;
  }

  private String reopen() throws IOException {
    channel.close();
    channel = open();
    return "reopen";
  }

  /** Somebody else has written: from the next open on that must be seen. */
  void changedElsewhere(long at, String text) throws IOException {
    put(text.getBytes(UTF_8), (int) at);
    channel.close();
    channel = open();
  }

  /** Reads it all by the open descriptor, and by another. */
  void check(String what) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(model.length + 1);
    long total = 0;
    int count = 0;
    while (count >= 0 && read.hasRemaining()) {
      count = channel.read(read, total);
      total += Math.max(0, count);
    }
    assertThat(total).as(what).isEqualTo(model.length);
    assertEqual(what, Arrays.copyOf(read.array(), model.length));
    if (random.nextInt(4) == 0) {
      assertEqual(what + ", opened anew", Files.readAllBytes(file));
    }
  }

  private void assertEqual(String what, byte[] read) {
    int different = Arrays.mismatch(read, model);
    assertThat(different).as("%s: first difference, of %d bytes", what, model.length).isEqualTo(-1);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Java has no call for it; and as long as a page is mapped the mount is in use. */
  private static void unmap(MappedByteBuffer mapped) {
    try {
      Class<?> type = Class.forName("sun.misc.Unsafe");
      Field only = type.getDeclaredField("theUnsafe");
      only.setAccessible(true);
      Object unsafe = only.get(null);
      assertThat(type.getMethod("invokeCleaner", ByteBuffer.class).invoke(unsafe, mapped)).isNull();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the JDK has no invokeCleaner", e);
    }
  }
}
