package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import org.dedupfs.transfer.Failures.SourceException;
import org.jspecify.annotations.Nullable;

/**
 * Copies one entry that is no directory. What is there is replaced in one step, through another
 * name in the same directory ({@link PartNames}): nobody ever sees half a file under its name.
 * Links are never followed on either side. Safe for use by any number of threads.
 */
final class EntryTransfer {
  private static final CopyOption[] CLONE = {
    StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS
  };

  private final Side from;
  private final Side to;
  private final TransferListener listener;
  private final TransferTotals totals;
  private final AttributeTransfer attributes;
  private final boolean clones;
  private final boolean replaces;
  private final HardLinks links = new HardLinks();
  private final PartNames partNames = new PartNames();
  private final ThreadLocal<FileBytes> bytes;

  EntryTransfer(
      Side from,
      Side to,
      TransferListener listener,
      TransferTotals totals,
      AttributeTransfer attributes,
      TransferOptions options) {
    this.from = from;
    this.to = to;
    this.listener = listener;
    this.totals = totals;
    this.attributes = attributes;
    this.clones = options.clones();
    this.replaces = options.replaces();
    this.bytes = ThreadLocal.withInitial(() -> new FileBytes(listener, totals.copiedBytes));
  }

  /** An entry on its way. */
  private record Item(Path source, Path target, EntryAttributes wanted) {}

  void run(Path source, Path target, EntryAttributes wanted) throws IOException {
    Item item = new Item(source, target, wanted);
    if (wanted.nlink() > 1) {
      links.copyOrLink(wanted, target, () -> copy(item), first -> link(item, first));
    } else {
      copy(item);
    }
  }

  private boolean copy(Item item) throws IOException {
    EntryAttributes there = EntryAttributes.readIfExists(item.target());
    if (there != null && (there.isDirectory() || !replaces)) {
      conflict(item, there);
      return false;
    }
    if (there != null && !clones && isSame(item, there)) {
      totals.unchanged.increment();
      totals.files.increment();
      totals.unchangedBytes.add(item.wanted().isRegularFile() ? item.wanted().sizeBytes() : 0);
      return true;
    }
    try {
      create(item, there == null);
    } catch (FileAlreadyExistsException e) {
      if (replaces) {
        throw e;
      }
      conflict(item, EntryAttributes.read(item.target()));
      return false;
    } catch (ReadOnlyFileSystemException e) {
      // An UnsupportedOperationException too, but of the whole store.
      throw e;
    } catch (UnsupportedOperationException e) {
      listener.lost(from.text(item.source()), Loss.SPECIAL, String.valueOf(e.getMessage()));
      return false;
    }
    totals.files.increment();
    listener.copied(from.text(item.source()));
    return true;
  }

  /** Whether the target needs no new content; brings its owner and mode up to date. */
  private boolean isSame(Item item, EntryAttributes there) throws IOException {
    EntryAttributes wanted = item.wanted();
    boolean same =
        wanted.isRegularFile()
            ? there.hasContentOf(wanted)
            : there.isSameType(wanted)
                && there.rdev() == wanted.rdev()
                && there.modified().equals(wanted.modified())
                && (!wanted.isSymbolicLink() || sameLink(item));
    if (!same
        || (there.hasOwnerAndModeOf(wanted)
            && attributes.hasSameXattrs(item.source(), item.target()))) {
      return same;
    }
    if (there.nlink() > wanted.nlink()) {
      // Another name of it, perhaps in an older copy, must keep its attributes.
      return false;
    }
    attributes.apply(item.source(), item.target(), wanted);
    return true;
  }

  private boolean sameLink(Item item) throws IOException {
    return Arrays.equals(linkTarget(item.source()), to.linkTarget(item.target()));
  }

  private byte[] linkTarget(Path link) throws IOException {
    try {
      return from.linkTarget(link);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private void create(Item item, boolean isNew) throws IOException {
    Path temporary = temporary(item.target());
    try {
      if (clones) {
        Files.copy(item.source(), temporary, CLONE);
        publish(temporary, item.target(), isNew);
        return;
      }
      if (item.wanted().isRegularFile()) {
        writeFile(item, temporary);
      } else if (item.wanted().isSymbolicLink()) {
        createLink(item, temporary);
      } else {
        to.createSpecial(temporary, item.wanted());
      }
      attributes.apply(item.source(), temporary, item.wanted());
      publish(temporary, item.target(), isNew);
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
  }

  private void createLink(Item item, Path temporary) throws IOException {
    byte[] target = linkTarget(item.source());
    to.createLink(temporary, target);
    if (to.limits().isPresent() && !Arrays.equals(target, to.linkTarget(temporary))) {
      String why = "without the C library slashes are lost";
      listener.lost(from.text(item.source()), Loss.LINK_TEXT, why);
    }
  }

  private void writeFile(Item item, Path temporary) throws IOException {
    try (Side.Source source = open(item.source())) {
      try (FileChannel target = openNew(temporary, item.wanted())) {
        long size = bytes.get().copy(source, target);
        if (target.size() < size) {
          to.extend(temporary, target, size);
        }
      }
    }
    EntryAttributes after = EntryAttributes.readIfExists(item.source());
    if (after == null || !after.hasContentOf(item.wanted())) {
      listener.lost(from.text(item.source()), Loss.CHANGED, "changed while it was being read");
    }
  }

  private Side.Source open(Path source) throws IOException {
    try {
      return from.open(source);
    } catch (IOException e) {
      throw new SourceException(e);
    }
  }

  private FileChannel openNew(Path temporary, EntryAttributes wanted) throws IOException {
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return FileChannel.open(temporary, options, to.creation(wanted));
  }

  private void link(Item item, Path first) throws IOException {
    EntryAttributes there = EntryAttributes.readIfExists(item.target());
    if (there != null && (there.isDirectory() || !replaces)) {
      conflict(item, there);
      return;
    }
    totals.files.increment();
    totals.unchangedBytes.add(item.wanted().isRegularFile() ? item.wanted().sizeBytes() : 0);
    if (there != null && there.id().equals(EntryAttributes.read(first).id())) {
      totals.unchanged.increment();
      return;
    }
    if (there != null || !isLinked(item.target(), first)) {
      if (!replaces) {
        conflict(item, EntryAttributes.read(item.target()));
        return;
      }
      Path temporary = temporary(item.target());
      try {
        Files.createLink(temporary, first);
        publish(temporary, item.target(), false);
      } catch (IOException | RuntimeException e) {
        discard(temporary, e);
        throw e;
      }
    }
    listener.copied(from.text(item.source()));
  }

  /** Links what did not exist; false if another transfer was quicker. */
  private static boolean isLinked(Path target, Path first) throws IOException {
    try {
      Files.createLink(target, first);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private void publish(Path temporary, Path target, boolean isNew) throws IOException {
    if (!replaces) {
      // Of a store, this fails if something has appeared there.
      Files.move(temporary, target);
    } else if (isNew) {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void discard(Path temporary, Exception failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void conflict(Item item, EntryAttributes there) {
    String why = "a " + there.typeName() + " stands at " + to.text(item.target());
    listener.lost(from.text(item.source()), Loss.CONFLICT, why);
  }

  private Path temporary(Path target) throws IOException {
    @Nullable Path parent = target.getParent();
    Path here = parent == null ? target.toAbsolutePath().getParent() : parent;
    return to.child(here, partNames.of(to.name(target)));
  }
}
