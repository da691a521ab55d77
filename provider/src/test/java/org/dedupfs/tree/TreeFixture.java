package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dedupfs.blocks.BlockId;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.ContentOptions;
import org.dedupfs.content.ContentStore;
import org.dedupfs.content.DiskSpace;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.InMemoryMetadataStore;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.JournalEntry;
import org.dedupfs.metadata.LiveMetadata;
import org.dedupfs.metadata.MetadataBatch;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.testing.ManualClock;
import org.dedupfs.testing.TreeInvariants;
import org.dedupfs.tree.TreeException.Failure;

/** A tree over stores in memory, and operations on it by path. */
final class TreeFixture implements AutoCloseable {
  static final int UID = 1000;
  static final int GID = 1000;

  /** A day in 2024, with nanoseconds that no unit but a nanosecond can hold. */
  static final long START_NANOS = 1_718_000_000_123_456_789L;

  final ManualClock clock = new ManualClock(START_NANOS);
  final InMemoryMetadataStore store = new InMemoryMetadataStore();
  private final AtomicLong nextBlock = new AtomicLong(1);
  private InMemoryBlockStore blocks = new InMemoryBlockStore(nextBlock::getAndAdd);
  private final AccessPolicy accessPolicy;

  LiveMetadata live;
  ContentStore content;
  Tree tree;

  TreeFixture(AccessPolicy accessPolicy) throws IOException {
    this.accessPolicy = accessPolicy;
    live = new LiveMetadata(store, 1 << 20);
    try (Change change = live.begin()) {
      Tree.format(change, new NewFile(FileType.DIRECTORY, 0755, UID, GID, 0), clock.nanos());
      live.commit(change.publishAndFreeze());
    }
    content = newContent();
    tree = newTree(false);
  }

  static TreeFixture open() throws IOException {
    return new TreeFixture(AccessPolicy.RELATIME);
  }

  private ContentStore newContent() throws IOException {
    return new ContentStore(
        live,
        blocks,
        new ContentOptions(
            false,
            ChunkingScheme.parse("fixed:4k"),
            1,
            1 << 20,
            1 << 20,
            false,
            Duration.ZERO,
            clock::nanos,
            DiskSpace.unlimited()));
  }

  private Tree newTree(boolean readOnly) {
    return new Tree(
        live,
        content,
        new NameCookies(1, 2),
        new TreeOptions(clock, accessPolicy, readOnly, 1L << 40));
  }

  /** The same files in a tree that refuses changes. */
  Tree readOnlyTree() {
    return newTree(true);
  }

  /** Loses what is neither committed nor durable, as a crash does, and recovers. */
  void crash() throws IOException {
    live.close();
    blocks = blocks.crash();
    MetadataBatch replayed = new MetadataBatch();
    for (JournalEntry entry :
        store.range(RowKey.journal(0), RowKey.journal(Long.MAX_VALUE), Integer.MAX_VALUE)) {
      blocks.restore(new BlockId(entry.blockId()), entry.record());
      replayed.delete(entry.key());
    }
    blocks.flush();
    store.commit(replayed);
    live = new LiveMetadata(store, 1 << 20);
    content = newContent();
    tree = newTree(false);
  }

  /** Commits the names and attributes that are visible now. */
  void commit() throws IOException {
    content.syncAll();
  }

  @Override
  public void close() throws IOException {
    tree.close();
    TreeInvariants.check(live);
    content.close();
    live.close();
    blocks.close();
    store.close();
  }

  static NewFile file(int permissions) {
    return new NewFile(FileType.REGULAR, permissions, UID, GID, 0);
  }

  static NewFile directory(int permissions) {
    return new NewFile(FileType.DIRECTORY, permissions, UID, GID, 0);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The directory that a path's last name is in. */
  PathLookup at(String path) throws IOException {
    return tree.lookup(InodeNumber.ROOT, bytes(path), false);
  }

  private static FileName name(PathLookup lookup) {
    FileName name = lookup.name();
    assertThat(name).isNotNull();
    return name;
  }

  Inode create(String path) throws IOException {
    PathLookup at = at(path);
    return tree.create(at.parent(), name(at), file(0644));
  }

  OpenFile createAndOpen(String path) throws IOException {
    PathLookup at = at(path);
    return tree.createAndOpen(at.parent(), name(at), file(0644));
  }

  Inode mkdir(String path) throws IOException {
    PathLookup at = at(path);
    return tree.makeDirectory(at.parent(), name(at), directory(0755));
  }

  Inode symlink(String path, String target) throws IOException {
    PathLookup at = at(path);
    return tree.makeSymlink(at.parent(), name(at), bytes(target), file(0777));
  }

  Inode link(String existing, String path) throws IOException {
    PathLookup at = at(path);
    return tree.link(lstat(existing).number(), at.parent(), name(at));
  }

  void unlink(String path) throws IOException {
    PathLookup at = at(path);
    tree.unlink(at.parent(), name(at));
  }

  void rmdir(String path) throws IOException {
    PathLookup at = at(path);
    tree.removeDirectory(at.parent(), name(at));
  }

  void rename(String from, String to) throws IOException {
    rename(from, to, true);
  }

  void rename(String from, String to, boolean replace) throws IOException {
    PathLookup source = at(from);
    PathLookup target = at(to);
    tree.rename(source.parent(), name(source), target.parent(), name(target), replace);
  }

  Inode clone(String from, String to, boolean copyAttributes, boolean replace) throws IOException {
    PathLookup target = at(to);
    return tree.cloneFile(
        lstat(from).number(), target.parent(), name(target), file(0600), copyAttributes, replace);
  }

  OpenFile open(String path) throws IOException {
    return tree.open(stat(path).number());
  }

  /** Follows a link in the last place. */
  Inode stat(String path) throws IOException {
    return found(tree.lookup(InodeNumber.ROOT, bytes(path), true));
  }

  Inode lstat(String path) throws IOException {
    return found(at(path));
  }

  private static Inode found(PathLookup lookup) throws IOException {
    Inode inode = lookup.inode();
    if (inode == null) {
      throw new TreeException(Failure.NO_ENTRY);
    }
    return inode;
  }

  boolean exists(String path) throws IOException {
    return at(path).inode() != null;
  }

  List<String> names(String path) throws IOException {
    List<String> names = new ArrayList<>();
    for (Dentry entry : tree.list(lstat(path).number(), 0, 1_000_000)) {
      names.add(entry.name().toString());
    }
    names.sort(null);
    return names;
  }

  void write(String path, String text) throws IOException {
    try (OpenFile file = exists(path) ? open(path) : createAndOpen(path)) {
      file.setSize(0);
      file.write(0, ByteBuffer.wrap(bytes(text)));
    }
  }

  String read(String path) throws IOException {
    try (OpenFile file = open(path)) {
      return read(file);
    }
  }

  static String read(OpenFile file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) file.sizeBytes());
    long offset = 0;
    while (buffer.hasRemaining()) {
      int count = file.read(offset, buffer);
      assertThat(count).isPositive();
      offset += count;
    }
    return new String(buffer.array(), StandardCharsets.UTF_8);
  }

  static void assertFails(Failure failure, ThrowingCallable operation) {
    Throwable thrown = catchThrowable(operation);
    assertThat(thrown).isInstanceOf(TreeException.class);
    assertThat(((TreeException) thrown).failure()).isEqualTo(failure);
  }
}
