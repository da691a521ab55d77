package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.dedupfs.host.HostCalls;
import org.dedupfs.host.HostPath;
import org.jspecify.annotations.Nullable;

/**
 * Says in what two trees of the host differ: names, types, content byte for byte, modes, owners,
 * times, what links say, and which names are links to one file. One thread, one use.
 */
public final class TreeComparison {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int MAX_DIFFERENCES = 20;

  private final ByteBuffer left = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final ByteBuffer right = ByteBuffer.allocateDirect(PIECE_BYTES);
  private final TransferListener listener;
  private final List<String> differences = new ArrayList<>();

  /** Which file on the right stands for one with several names on the left. */
  private final Map<EntryAttributes.FileId, EntryAttributes.FileId> linked = new HashMap<>();

  private final boolean owners;
  private final Set<String> passedOver;
  private long files;
  private long bytes;

  /**
   * @param owners whether owners count
   * @param passedOver paths of the tree that are known not to be in the copy
   */
  public TreeComparison(TransferListener listener, boolean owners, Set<String> passedOver) {
    this.listener = listener;
    this.owners = owners;
    this.passedOver = Set.copyOf(passedOver);
  }

  /** The first differences found, one line each; empty if there are none. */
  public List<String> compare(Path tree, Path copy) throws IOException {
    visit(tree, copy);
    return List.copyOf(differences);
  }

  public long files() {
    return files;
  }

  public long bytes() {
    return bytes;
  }

  private void visit(Path tree, Path copy) throws IOException {
    if (listener.stopRequested()) {
      throw new TransferStoppedException();
    }
    if (differences.size() >= MAX_DIFFERENCES) {
      return;
    }
    if (!passedOver.isEmpty() && passedOver.contains(HostSide.textOf(tree))) {
      return;
    }
    EntryAttributes one = EntryAttributes.read(tree);
    EntryAttributes two = EntryAttributes.readIfExists(copy);
    if (two == null) {
      differ(tree, "is missing in the copy");
      return;
    }
    compareAttributes(tree, one, two);
    if (one.isDirectory() && two.isDirectory()) {
      compareDirectories(tree, copy);
      return;
    }
    files++;
    if (one.isRegularFile() && two.isRegularFile()) {
      compareContent(tree, copy);
    } else if (one.isSymbolicLink() && two.isSymbolicLink()) {
      byte[] said = HostPath.toBytes(Files.readSymbolicLink(tree));
      if (!Arrays.equals(said, HostPath.toBytes(Files.readSymbolicLink(copy)))) {
        differ(tree, "says something else in the copy");
      }
    }
  }

  private void compareAttributes(Path tree, EntryAttributes one, EntryAttributes two) {
    if (one.mode() != two.mode()) {
      differ(tree, String.format("has mode %06o, the copy %06o", one.mode(), two.mode()));
    }
    if (owners && (one.uid() != two.uid() || one.gid() != two.gid())) {
      differ(tree, "has another owner in the copy");
    }
    // Java 17 alone sets times of links in microseconds.
    boolean coarse = one.isSymbolicLink() && HostCalls.load().limits().isPresent();
    TimeUnit unit = coarse ? TimeUnit.MICROSECONDS : TimeUnit.NANOSECONDS;
    if (one.modified().to(unit) != two.modified().to(unit)) {
      differ(tree, "is of " + one.modified() + ", the copy of " + two.modified());
    }
    if (one.nlink() > 1 && !one.isDirectory()) {
      EntryAttributes.FileId known = linked.putIfAbsent(one.id(), two.id());
      if (known != null && !known.equals(two.id())) {
        differ(tree, "is no link to the same file in the copy");
      }
    }
  }

  private void compareDirectories(Path tree, Path copy) throws IOException {
    SortedMap<String, Path> ours = children(tree);
    SortedMap<String, Path> theirs = children(copy);
    for (Map.Entry<String, Path> child : ours.entrySet()) {
      @Nullable Path other = theirs.remove(child.getKey());
      if (other == null) {
        differ(child.getValue(), "is missing in the copy");
      } else {
        visit(child.getValue(), other);
      }
    }
    for (Path extra : theirs.values()) {
      differ(extra, "is only in the copy");
    }
  }

  private static SortedMap<String, Path> children(Path directory) throws IOException {
    SortedMap<String, Path> children = new TreeMap<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path child : stream) {
        // Exact for all bytes, unlike the string of a path.
        byte[] name = HostPath.toBytes(child.getFileName());
        children.put(new String(name, java.nio.charset.StandardCharsets.ISO_8859_1), child);
      }
    }
    return children;
  }

  private void compareContent(Path tree, Path copy) throws IOException {
    try (FileChannel one = FileChannel.open(tree, StandardOpenOption.READ);
        FileChannel two = FileChannel.open(copy, StandardOpenOption.READ)) {
      long position = 0;
      while (true) {
        fill(one, left);
        fill(two, right);
        int mismatch = left.mismatch(right);
        if (mismatch >= 0) {
          differ(tree, "differs from the copy at byte " + (position + mismatch));
          return;
        }
        if (left.remaining() == 0) {
          return;
        }
        position += left.remaining();
        bytes += left.remaining();
      }
    }
  }

  private static void fill(FileChannel channel, ByteBuffer buffer) throws IOException {
    buffer.clear();
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    buffer.flip();
  }

  private void differ(Path path, String how) {
    differences.add(HostSide.textOf(path) + " " + how);
  }
}
