package org.dedupfs.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.disk.HostSpace;
import org.dedupfs.disk.RoomLeft;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space that a store has in hand on its disk, in a file of meaningless bytes: where others have
 * filled the disk to the last byte, it is given up for as long as something is done that leads to
 * more space. Opening a store, removing files and a sweep write a little before they free much.
 *
 * <p>Nothing depends on it: where it cannot be had, what needs space fails as without it. Safe for
 * any number of threads.
 */
final class SpaceReserve {
  private static final Logger LOG = LoggerFactory.getLogger(SpaceReserve.class);

  static final String NAME = "reserve";

  /** For opening both stores, and for what a sweep writes at a time. */
  private static final long BASE_BYTES = 2L << 20;

  /** Removing files changes pages of the metadata, which are written to its log. */
  private static final long MAX_METADATA_BYTES = 16L << 20;

  private static final int METADATA_PART = 4;

  /** A file of blocks that is mostly dead is rewritten before it goes. */
  private static final long MAX_REWRITE_BYTES = 16L << 20;

  /** The part of a store's size that is kept for that. */
  private static final int REWRITE_PART = 128;

  /** A store is this much larger, or has no reserve: of a small one little space can be freed. */
  private static final int LEAST_TIMES = 32;

  /** It is taken from others only while they have many times as much. */
  private static final int LEAST_FREE_TIMES = 8;

  /** Not taken back, for small files of others, such as those of who mounts the store. */
  private static final long LEFT_BYTES = 128 << 10;

  private static final long LOOK_NANOS = 60_000_000_000L;
  private static final int PIECE_BYTES = 1 << 20;

  @GuardedBy("this")
  private final List<Part> parts = new ArrayList<>();

  @GuardedBy("this")
  private int users;

  @GuardedBy("this")
  private boolean given;

  @GuardedBy("this")
  private long lookedNanos = System.nanoTime();

  /** On one file system. */
  private static final class Part {
    private final Path directory;
    private final Path file;
    private final HostSpace space;
    private final boolean hasMetadata;
    private final List<Path> blocks = new ArrayList<>();

    /** Of the file, which nobody else changes; 0 if there is none. */
    private long fileBytes;

    Part(Path directory, boolean hasMetadata) throws IOException {
      this.directory = directory;
      this.file = directory.resolve(NAME);
      this.space = HostSpace.of(directory);
      this.hasMetadata = hasMetadata;
      this.fileBytes = size(file);
    }
  }

  /** The metadata is in an existing directory; told before the blocks. */
  synchronized void addMetadata(Path directory) throws IOException {
    parts.add(new Part(directory, true));
  }

  /** The blocks are in an existing directory: on another disk they need a reserve of their own. */
  synchronized void addBlocks(Path directory) throws IOException {
    Part first = parts.get(0);
    if (device(directory).equals(device(first.directory))) {
      first.blocks.add(directory);
    } else {
      Part second = new Part(directory, false);
      second.blocks.add(directory);
      parts.add(second);
      giveUp(0);
    }
  }

  private static Object device(Path directory) throws IOException {
    return Files.getAttribute(directory, "unix:dev");
  }

  /** An opening or closing begins, which needs space; at its end there is {@link #end}. */
  synchronized void begin() {
    users++;
    giveUp(0);
    giveUpWithinQuota();
  }

  /** What is left of a quota is told by nobody, but that there is none. */
  @GuardedBy("this")
  private void giveUpWithinQuota() {
    for (Part part : parts) {
      try {
        if (part.fileBytes > 0 && RoomLeft.isNone(part.directory)) {
          Files.deleteIfExists(part.file);
          part.fileBytes = 0;
          given = true;
        }
      } catch (IOException | RuntimeException | Error e) {
        LOG.debug("the reserve {} cannot be given up", part.file, e);
      }
    }
  }

  /** What {@link #begin} was called for has ended. */
  synchronized void end() {
    lookedNanos = System.nanoTime() - LOOK_NANOS;
    endUse();
  }

  @GuardedBy("this")
  private void endUse() {
    users--;
    if (users == 0) {
      keep();
    }
  }

  /**
   * Begins something that needs space for a while; the reserve is given up if less than that, or
   * than the reserve itself, is free.
   */
  synchronized DiskSpace.Use use(long neededBytes) {
    users++;
    giveUp(neededBytes);
    return new Use();
  }

  /** Until it is closed, once. */
  private final class Use implements DiskSpace.Use {
    private boolean ended;

    @Override
    public boolean isScarce() {
      synchronized (SpaceReserve.this) {
        return given;
      }
    }

    @Override
    public void close() {
      synchronized (SpaceReserve.this) {
        if (!ended) {
          ended = true;
          endUse();
        }
      }
    }
  }

  @GuardedBy("this")
  private void giveUp(long neededBytes) {
    for (Part part : parts) {
      try {
        if (part.fileBytes > 0
            && part.space.usableBytes() < Math.max(part.fileBytes, neededBytes)) {
          Files.deleteIfExists(part.file);
          part.fileBytes = 0;
          given = true;
        }
      } catch (IOException | RuntimeException | Error e) { // whoever needed it gets no other error
        LOG.debug("the reserve {} cannot be given up", part.file, e);
      }
    }
  }

  /** Takes the reserve, or takes back what is left of it. */
  @GuardedBy("this")
  private void keep() {
    long now = System.nanoTime();
    if (!given && now - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = now;
    boolean whole = true;
    for (Part part : parts) {
      try {
        whole &= keep(part);
      } catch (IOException | RuntimeException | Error e) { // for what has been done without it
        whole = false;
        LOG.debug("the reserve {} cannot be taken", part.file, e);
      }
    }
    given &= !whole;
  }

  @GuardedBy("this")
  private boolean keep(Part part) throws IOException {
    long wanted = wantedBytes(part);
    long missing = wanted - part.fileBytes;
    if (missing <= 0) {
      return true;
    }
    long usable = part.space.usableBytes();
    boolean plenty = usable >= LEAST_FREE_TIMES * wanted;
    if (plenty || given) {
      boolean filled = false;
      try {
        fill(part.file, Math.min(missing, Math.max(0, usable - LEFT_BYTES)));
        filled = true;
      } finally {
        if (!filled) { // a quota, for example: what is left of it is for others
          Files.deleteIfExists(part.file);
        }
        part.fileBytes = size(part.file);
      }
    }
    return plenty;
  }

  @GuardedBy("this")
  private long wantedBytes(Part part) throws IOException {
    long held = heldBytes(part);
    long bytes = BASE_BYTES + Math.min(MAX_REWRITE_BYTES, held / REWRITE_PART);
    if (part.hasMetadata) {
      Path file = part.directory.resolve(StoreDirectory.METADATA);
      bytes += Math.min(MAX_METADATA_BYTES, size(file) / METADATA_PART);
    }
    for (Path blocks : part.blocks) {
      bytes += 2 * size(blockList(blocks)); // an opening writes it anew
    }
    if (given) {
      return bytes; // though files have been removed since
    }
    return held < LEAST_TIMES * BASE_BYTES ? 0 : Math.min(bytes, held / LEAST_TIMES);
  }

  private static Path blockList(Path directory) throws IOException {
    return directory.resolve(Files.readString(directory.resolve("CURRENT")).strip());
  }

  /** What the store has there, up to what makes a difference. */
  private static long heldBytes(Part part) throws IOException {
    long enough = MAX_REWRITE_BYTES * REWRITE_PART;
    long found = part.hasMetadata ? size(part.directory.resolve(StoreDirectory.METADATA)) : 0;
    for (Path directory : part.blocks) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
        for (Path file : files) {
          found += Files.isRegularFile(file) ? size(file) : 0;
          if (found >= enough) {
            return found;
          }
        }
      }
    }
    return found;
  }

  private static long size(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0; // deleted meanwhile
    }
  }

  /** With bytes that no file system below keeps in less space. */
  private static void fill(Path file, long bytes) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file, StoreDirectory.ownerOnly(file, "rw-------"));
    }
    SplittableRandom random = new SplittableRandom();
    byte[] piece = new byte[(int) Math.min(PIECE_BYTES, bytes)];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
      for (long left = bytes; left > 0; ) {
        random.nextBytes(piece);
        ByteBuffer source = ByteBuffer.wrap(piece, 0, (int) Math.min(left, piece.length));
        left -= source.remaining();
        while (source.hasRemaining()) {
          channel.write(source);
        }
      }
    }
  }
}
