package org.dedupfs.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import org.dedupfs.StoreInUseException;
import org.dedupfs.disk.RoomLeft;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of a store directory: exclusive for who may write, shared for who only reads. The lock
 * file is opened for nothing else, because closing any other descriptor of it would drop the lock.
 * The writer's process id stands beside it, in {@code lock.owner}.
 */
final class StoreLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);

  private final Path directory;
  private final boolean shared;

  /** Null on media that nobody can write and that have no lock file. */
  private final @Nullable FileChannel channel;

  private StoreLock(Path directory, boolean shared, @Nullable FileChannel channel) {
    this.directory = directory;
    this.shared = shared;
    this.channel = channel;
  }

  /**
   * @throws StoreInUseException if somebody has a lock that excludes this one
   */
  static StoreLock acquire(Path directory, boolean shared) throws IOException {
    FileChannel channel = open(directory.resolve(StoreDirectory.LOCK), shared);
    if (channel == null) {
      return new StoreLock(directory, shared, null);
    }
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      if (lock == null) {
        throw inUse(directory);
      }
      StoreLock acquired = new StoreLock(directory, shared, channel);
      if (shared) {
        acquired.forgetOwner();
      } else {
        acquired.writeOwner();
      }
      return acquired;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new StoreInUseException(
          directory,
          OptionalLong.of(ProcessHandle.current().pid()),
          "the store " + directory + " is open in this process already; close it there first");
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileChannel open(Path file, boolean shared) throws IOException {
    if (!shared) {
      return FileChannel.open(
          file,
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
          StoreDirectory.ownerOnly(file, "rw-------"));
    }
    Set<OpenOption> reading = Set.of(StandardOpenOption.READ);
    try {
      return FileChannel.open(file, reading);
    } catch (NoSuchFileException e) {
      // Somebody copied a store without its lock.
      boolean writable = Files.isWritable(file.toAbsolutePath().getParent());
      return writable ? open(file, false) : null;
    }
  }

  private static StoreInUseException inUse(Path directory) {
    OptionalLong pid = owner(directory);
    String who =
        pid.isPresent() ? "by process " + pid.getAsLong() : "by another process, which reads it";
    return new StoreInUseException(
        directory, pid, "the store " + directory + " is open " + who + "; close it there first");
  }

  private static OptionalLong owner(Path directory) {
    try {
      String text = Files.readString(directory.resolve(StoreDirectory.LOCK_OWNER));
      return OptionalLong.of(Long.parseLong(text.strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private void writeOwner() throws IOException {
    Path file = directory.resolve(StoreDirectory.LOCK_OWNER);
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    Files.deleteIfExists(file);
    try {
      Files.createFile(file, StoreDirectory.ownerOnly(file, "rw-------"));
      Files.write(file, pid);
    } catch (IOException e) {
      if (!RoomLeft.isNone(directory)) {
        throw e;
      }
      // On a full disk a store must open, so that something can be removed from it; others are told
      // less then.
      LOG.debug("{} cannot be written on a full disk", file, e);
    }
  }

  /** A reader has the lock, so who is named there has ended without tidying up. */
  private void forgetOwner() {
    try {
      Files.deleteIfExists(directory.resolve(StoreDirectory.LOCK_OWNER));
    } catch (IOException e) {
      // On media that cannot be written it does no harm.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    if (channel == null || !channel.isOpen()) {
      return;
    }
    try {
      if (!shared) {
        Files.deleteIfExists(directory.resolve(StoreDirectory.LOCK_OWNER));
      }
    } finally {
      channel.close();
    }
  }
}
