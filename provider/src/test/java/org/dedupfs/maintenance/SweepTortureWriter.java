package org.dedupfs.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dedupfs.DedupFileChannel;

/**
 * Makes, changes, clones and removes files of one directory, and knows what must be in them. A file
 * is a row of pieces, known by their numbers.
 */
final class SweepTortureWriter {
  private static final int PIECE_BYTES = 16 << 10;

  /** So few that a piece often has no file left, and soon has one again. */
  private static final int PIECES = 96;

  private static final int MOST_FILES = 4;
  private static final int MOST_PIECES = 6;

  private final Path directory;
  private final SplittableRandom random;
  private final Map<String, List<Integer>> files = new TreeMap<>();

  SweepTortureWriter(Path directory, SplittableRandom random) {
    this.directory = directory;
    this.random = random;
  }

  /** Works until told to end; returns how much was done. */
  int run(AtomicBoolean over) throws IOException {
    int operations = 0;
    while (!over.get()) {
      step();
      operations++;
    }
    return operations;
  }

  private void step() throws IOException {
    String name = "f" + random.nextInt(MOST_FILES);
    List<Integer> pieces = files.get(name);
    if (pieces == null) {
      create(name);
      return;
    }
    switch (random.nextInt(7)) {
      case 0 -> overwrite(name, pieces, random.nextInt(pieces.size()));
      case 1 -> overwrite(name, pieces, pieces.size());
      case 2 -> copy(name, pieces);
      case 3 -> cloneOnePiece(name, pieces);
      case 4 -> check(directory.resolve(name), pieces);
      case 5 -> replace(name);
      default -> {
        Files.delete(directory.resolve(name));
        files.remove(name);
      }
    }
  }

  private void create(String name) throws IOException {
    List<Integer> pieces = randomPieces();
    Files.write(directory.resolve(name), bytes(pieces));
    files.put(name, pieces);
  }

  /** As careful programs do: a new file, durable, over the old one. */
  private void replace(String name) throws IOException {
    List<Integer> pieces = randomPieces();
    Path fresh = directory.resolve("new");
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      writeFully(channel, bytes(pieces), 0);
      channel.force(true);
    }
    Files.move(fresh, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    files.put(name, pieces);
  }

  private void overwrite(String name, List<Integer> pieces, int index) throws IOException {
    if (index >= MOST_PIECES) {
      return;
    }
    int piece = random.nextInt(PIECES);
    try (FileChannel channel =
        FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE)) {
      writeFully(channel, bytes(List.of(piece)), (long) index * PIECE_BYTES);
    }
    if (index == pieces.size()) {
      pieces.add(piece);
    } else {
      pieces.set(index, piece);
    }
  }

  private void copy(String name, List<Integer> pieces) throws IOException {
    String target = "f" + random.nextInt(MOST_FILES);
    if (target.equals(name)) {
      return;
    }
    Files.copy(
        directory.resolve(name), directory.resolve(target), StandardCopyOption.REPLACE_EXISTING);
    files.put(target, new ArrayList<>(pieces));
  }

  private void cloneOnePiece(String name, List<Integer> pieces) throws IOException {
    int from = random.nextInt(pieces.size());
    int to = random.nextInt(pieces.size());
    if (from == to) {
      return;
    }
    try (DedupFileChannel channel =
        (DedupFileChannel)
            FileChannel.open(
                directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long copied =
          channel.cloneRangeFrom(
              channel, (long) from * PIECE_BYTES, (long) to * PIECE_BYTES, PIECE_BYTES);
      assertThat(copied).isEqualTo(PIECE_BYTES);
    }
    pieces.set(to, pieces.get(from));
  }

  void verify(FileSystem store) throws IOException {
    Path own = store.getPath(directory.toString());
    try (Stream<Path> names = Files.list(own)) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(files.keySet());
    }
    for (Map.Entry<String, List<Integer>> file : files.entrySet()) {
      check(own.resolve(file.getKey()), file.getValue());
    }
  }

  void removeAll(FileSystem store) throws IOException {
    for (String name : files.keySet()) {
      Files.delete(store.getPath(directory.toString(), name));
    }
    files.clear();
  }

  private static void check(Path file, List<Integer> pieces) throws IOException {
    byte[] found = Files.readAllBytes(file);
    byte[] expected = bytes(pieces);
    int mismatch = Arrays.mismatch(found, expected);
    assertThat(mismatch).as("first wrong byte of %s, of pieces %s", file, pieces).isEqualTo(-1);
  }

  private List<Integer> randomPieces() {
    List<Integer> pieces = new ArrayList<>();
    int count = random.nextInt(1, MOST_PIECES + 1);
    for (int i = 0; i < count; i++) {
      pieces.add(random.nextInt(PIECES));
    }
    return pieces;
  }

  private static byte[] bytes(List<Integer> pieces) {
    byte[] bytes = new byte[pieces.size() * PIECE_BYTES];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int piece : pieces) {
      SplittableRandom content = new SplittableRandom(piece);
      for (int i = 0; i < PIECE_BYTES; i += Long.BYTES) {
        buffer.putLong(content.nextLong());
      }
    }
    return bytes;
  }

  private static void writeFully(FileChannel channel, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, at + buffer.position());
    }
  }
}
