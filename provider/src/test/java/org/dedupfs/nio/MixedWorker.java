package org.dedupfs.nio;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of many threads: works in a directory of its own, of which it knows what must be in it, and
 * in one that all share. It may be interrupted, and its channel closed, while it uses a channel;
 * then what it was doing is done wholly or not at all.
 */
final class MixedWorker {
  private static final int NAMES = 6;
  private static final int MOST_BYTES = 100_000;

  private final Path own;
  private final Path shared;
  private final SplittableRandom random;
  private final Map<String, byte[]> files = new TreeMap<>();

  @GuardedBy("this")
  private @Nullable FileChannel channel;

  @GuardedBy("this")
  private @Nullable Thread thread;

  MixedWorker(Path own, Path shared, SplittableRandom random) {
    this.own = own;
    this.shared = shared;
    this.random = random;
  }

  Path own() {
    return own;
  }

  /** What must be there; not while it works. */
  Map<String, byte[]> files() {
    return files;
  }

  /** Whether it could be disturbed. */
  synchronized boolean interrupt() {
    Thread working = thread;
    if (working == null) {
      return false;
    }
    working.interrupt();
    return true;
  }

  /** As {@link #interrupt}. */
  synchronized boolean closeChannel() throws IOException {
    FileChannel used = channel;
    if (used == null) {
      return false;
    }
    used.close();
    return true;
  }

  private synchronized void use(@Nullable FileChannel opened) {
    channel = opened;
    thread = opened == null ? null : Thread.currentThread();
    if (opened == null) {
      Thread.interrupted(); // Nobody can interrupt from now on.
    }
  }

  Void run(int operations) throws IOException {
    for (int i = 0; i < operations; i++) {
      String name = "f" + random.nextInt(NAMES);
      switch (random.nextInt(12)) {
        case 0, 1 -> write(name);
        case 2, 3, 4, 5 -> change(name);
        case 6 -> rename(name);
        case 7 -> copy(name);
        case 8 -> delete(name);
        case 9 -> verify(name);
        case 10 -> attributes(name);
        default -> share();
      }
    }
    return null;
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? MOST_BYTES : 2000)];
    // Some of it is what others write too.
    new SplittableRandom(random.nextInt(3) == 0 ? random.nextInt(4) : random.nextLong())
        .nextBytes(bytes);
    return bytes;
  }

  private void write(String name) throws IOException {
    byte[] bytes = bytes();
    Files.write(own.resolve(name), bytes);
    files.put(name, bytes);
  }

  private void change(String name) throws IOException {
    byte[] old = files.getOrDefault(name, new byte[0]);
    byte[] bytes = bytes();
    int at = random.nextInt(old.length + 10);
    boolean append = random.nextInt(3) == 0;
    boolean cut = random.nextInt(4) == 0;
    byte[] wanted = cut ? Arrays.copyOf(old, Math.min(at, old.length)) : old;
    if (!cut && bytes.length > 0) {
      int start = append ? old.length : at;
      wanted = Arrays.copyOf(old, Math.max(old.length, start + bytes.length));
      System.arraycopy(bytes, 0, wanted, start, bytes.length);
    }
    StandardOpenOption mode = append ? StandardOpenOption.APPEND : StandardOpenOption.WRITE;
    try (FileChannel opened =
        FileChannel.open(own.resolve(name), StandardOpenOption.CREATE, mode)) {
      try {
        use(opened);
        if (cut) {
          opened.truncate(at);
        } else {
          opened.write(ByteBuffer.wrap(bytes), at);
        }
        if (random.nextInt(40) == 0) {
          opened.force(true);
        }
        FileLock lock = opened.tryLock(at, 5, false);
        if (lock != null) {
          lock.release();
        }
      } catch (ClosedChannelException | FileLockInterruptionException e) {
        // Disturbed; what it came to is seen below.
      } finally {
        use(null);
      }
    }
    byte[] found = Files.readAllBytes(own.resolve(name));
    assertThat(List.of(Arrays.hashCode(old), Arrays.hashCode(wanted)))
        .as("%s in %s", name, own)
        .contains(Arrays.hashCode(found));
    files.put(name, found);
  }

  private void rename(String name) throws IOException {
    String other = "f" + random.nextInt(NAMES);
    byte[] bytes = files.get(name);
    if (bytes != null && !other.equals(name)) {
      Files.move(own.resolve(name), own.resolve(other), REPLACE_EXISTING);
      files.remove(name);
      files.put(other, bytes);
    }
  }

  private void copy(String name) throws IOException {
    String other = "f" + random.nextInt(NAMES);
    byte[] bytes = files.get(name);
    if (bytes != null) {
      Files.copy(own.resolve(name), own.resolve(other), REPLACE_EXISTING);
      files.put(other, bytes);
    }
  }

  private void delete(String name) throws IOException {
    assertThat(Files.deleteIfExists(own.resolve(name))).isEqualTo(files.remove(name) != null);
  }

  private void verify(String name) throws IOException {
    byte[] bytes = files.get(name);
    if (bytes == null) {
      assertThat(own.resolve(name)).doesNotExist();
    } else {
      assertThat(Files.readAllBytes(own.resolve(name))).isEqualTo(bytes);
    }
    try (Stream<Path> names = Files.list(own)) {
      assertThat(names.count()).isEqualTo(files.size());
    }
  }

  private void attributes(String name) throws IOException {
    if (files.containsKey(name)) {
      FileTime time = FileTime.fromMillis(random.nextInt(1_000_000));
      Files.setLastModifiedTime(own.resolve(name), time);
      Files.setAttribute(own.resolve(name), "user:name", new byte[random.nextInt(50)]);
      assertThat(Files.getLastModifiedTime(own.resolve(name))).isEqualTo(time);
    }
  }

  /** Where others do the same, a name may be there or not; but nothing else may go wrong. */
  private void share() throws IOException {
    Path path = shared.resolve("s" + random.nextInt(NAMES));
    Path other = shared.resolve("s" + random.nextInt(NAMES));
    try {
      switch (random.nextInt(6)) {
        case 0 -> Files.createFile(path);
        case 1 -> Files.move(path, other, REPLACE_EXISTING);
        case 2 -> Files.copy(path, other, REPLACE_EXISTING);
        case 3 -> Files.createLink(path, other);
        case 4 -> Files.delete(path);
        default -> Files.write(path, bytes());
      }
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      assertThat(e.getFile()).startsWith(shared.toString());
    } catch (FileSystemException e) {
      throw new AssertionError("unexpected: " + e, e);
    }
  }
}
