package org.dedupfs.nio;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open channels of one side of a {@link SequenceDifferentialTest}, and what is done to them.
 */
final class SequenceChannels implements AutoCloseable {
  private static final int SLOTS = 3;
  private static final List<List<OpenOption>> OPTIONS =
      List.of(
          List.of(READ),
          List.of(READ, WRITE),
          List.of(APPEND, CREATE),
          List.of(READ, WRITE, CREATE),
          List.of(READ, WRITE, CREATE, SPARSE),
          List.of(WRITE, TRUNCATE_EXISTING),
          List.of(WRITE, CREATE, TRUNCATE_EXISTING, NOFOLLOW_LINKS),
          List.of(READ, WRITE, CREATE_NEW),
          List.of(READ, WRITE, DELETE_ON_CLOSE),
          List.of(WRITE, CREATE, DSYNC),
          List.of(WRITE, APPEND, SYNC),
          List.of(READ, APPEND),
          List.of(APPEND, TRUNCATE_EXISTING),
          List.of());

  private final @Nullable FileChannel[] slots = new FileChannel[SLOTS];
  private final Object[] files = new Object[SLOTS];

  Object perform(SequenceOperation operation, Path path) throws IOException {
    int slot = operation.choice(0, SLOTS);
    switch (operation.kind()) {
      case OPEN -> {
        close(slot);
        List<OpenOption> options = OPTIONS.get(operation.choice(1, OPTIONS.size()));
        slots[slot] = FileChannel.open(path, options.toArray(OpenOption[]::new));
        files[slot] = Files.exists(path) ? Files.getAttribute(path, "fileKey") : "nameless";
        return "open";
      }
      case CLOSE -> {
        close(slot);
        return "closed";
      }
      default -> {
        FileChannel channel = slots[slot];
        int otherSlot = operation.choice(2, SLOTS);
        FileChannel other = slots[otherSlot];
        if (channel == null || other == null) {
          return "none";
        }
        // What a transfer within a file comes to is nobody's promise where source and target
        // overlap.
        boolean transfer = operation.kind().name().startsWith("CHANNEL_TRANSFER");
        return transfer && files[slot].equals(files[otherSlot])
            ? "the same file"
            : perform(operation, channel, other);
      }
    }
  }

  private static Object perform(SequenceOperation operation, FileChannel channel, FileChannel other)
      throws IOException {
    long at = operation.choice(3, 60);
    int count = operation.choice(4, 40);
    return switch (operation.kind()) {
      case CHANNEL_WRITE -> channel.write(bytes(operation));
      case CHANNEL_WRITE_AT -> channel.write(bytes(operation), at);
      case CHANNEL_GATHER ->
          channel.write(
              new ByteBuffer[] {bytes(operation), ByteBuffer.allocate(count), bytes(operation)},
              operation.choice(5, 2),
              2);
      case CHANNEL_READ -> {
        ByteBuffer buffer = ByteBuffer.allocate(count);
        yield channel.read(buffer) + " " + Arrays.toString(buffer.array());
      }
      case CHANNEL_READ_AT -> {
        ByteBuffer buffer = ByteBuffer.allocateDirect(count);
        yield channel.read(buffer, at) + " " + buffer.flip().toString() + text(buffer);
      }
      case CHANNEL_SCATTER -> {
        ByteBuffer[] buffers = {ByteBuffer.allocate(count), ByteBuffer.allocate(7)};
        yield channel.read(buffers) + " " + text(buffers[0].flip()) + text(buffers[1].flip());
      }
      case CHANNEL_TRUNCATE -> channel.truncate(at).size() + " " + position(channel);
      case CHANNEL_POSITION -> channel.position(at).position();
      // The size of a directory is of the host's own making, but above all that is written here.
      case CHANNEL_TELL -> (channel.size() & 0xFFF) + " " + position(channel);
      case CHANNEL_TRANSFER_TO -> channel.transferTo(at, count, other) + " " + position(other);
      case CHANNEL_TRANSFER_FROM -> channel.transferFrom(other, at, count) + " " + position(other);
      case CHANNEL_LOCK -> lock(operation, channel, at);
      case CHANNEL_FORCE -> {
        channel.force(operation.choice(5, 2) == 0);
        yield "forced";
      }
      default -> throw new AssertionError(operation);
    };
  }

  /** Held until the channel is closed, or given back at once. */
  private static Object lock(SequenceOperation operation, FileChannel channel, long at)
      throws IOException {
    FileLock lock = channel.tryLock(at, 1 + operation.choice(5, 20), operation.choice(6, 2) == 0);
    String text = lock == null ? "null" : lock.position() + " " + lock.size() + lock.isShared();
    if (lock != null && operation.choice(7, 2) == 0) {
      lock.release();
    }
    return text;
  }

  private static String position(FileChannel channel) throws IOException {
    return "at " + channel.position();
  }

  private static String text(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return Arrays.toString(bytes);
  }

  static ByteBuffer bytes(SequenceOperation operation) {
    int number = operation.number();
    return ByteBuffer.wrap(("<" + number + ">").repeat(number % 5).getBytes(US_ASCII));
  }

  private void close(int slot) throws IOException {
    FileChannel channel = slots[slot];
    slots[slot] = null;
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void close() throws IOException {
    for (int slot = 0; slot < SLOTS; slot++) {
      close(slot);
    }
  }
}
