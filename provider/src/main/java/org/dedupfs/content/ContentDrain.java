package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.dedupfs.blocks.BlockDamagedException;
import org.dedupfs.metadata.Extent;
import org.dedupfs.metadata.MetadataDamagedException;

/**
 * Takes what was written to one file from the active layer to the delta: seals it, has it cut into
 * stored blocks, and puts the extents in its place. Safe for any number of threads, one of which
 * cuts at a time; writers go on meanwhile.
 */
final class ContentDrain {
  private final ContentStore store;
  private final FileContent file;
  private final Layers layers; // guarded by state
  private final ReentrantReadWriteLock state;

  /** In turns: else one cut after the other would keep commits out for as long as one writes. */
  private final ReentrantLock lock = new ReentrantLock(true);

  /** Whether a commit is about to take the delta, which must then hold no part of a write. */
  private volatile boolean moving;

  ContentDrain(ContentStore store, FileContent file, Layers layers, ReentrantReadWriteLock state) {
    this.store = store;
    this.file = file;
    this.layers = layers;
    this.state = state;
  }

  /**
   * Cuts what was written so far into stored blocks.
   *
   * @param finish whether an unfinished last chunk is cut too
   */
  void run(boolean finish) throws IOException {
    lock.lock();
    try {
      state.writeLock().lock();
      try {
        long before = layers.memoryBytes();
        boolean nothing = layers.isDiscarded() || layers.seal() == null;
        file.gathered();
        // what was left of an earlier cut may have been overwritten or truncated away
        store.budget().add(layers.memoryBytes() - before);
        if (nothing) {
          store.budget().markClean(file);
          return;
        }
      } finally {
        state.writeLock().unlock();
      }
      file.cutBegun();
      store.markGate().passage().lock();
      try {
        cutSealed(finish || moving);
      } finally {
        store.markGate().passage().unlock();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Cuts everything, as {@link #run} does; and until {@link #endMove} no drain, whoever runs it,
   * leaves an unfinished chunk: the delta is whole writes, and a crash tears none.
   */
  void beginMove() throws IOException {
    moving = true; // before the lock is taken, so that whoever has it after us sees it
    run(true);
  }

  void endMove() {
    moving = false;
  }

  private void cutSealed(boolean finish) throws IOException {
    Rechunker.Result result = null;
    boolean abandoned = false;
    try {
      SealedView view = new View();
      try {
        result = store.rechunker(view).cut(!finish);
      } catch (BlockDamagedException | DamagedContentException | MetadataDamagedException e) {
        // new bytes beside damaged ones, or ones that cannot be found, are stored without them
        abandoned = true; // a worker may be at a chunk that nobody waits for
        result = store.rechunker(view).cutAlone();
      }
    } catch (DiscardedContentException e) {
      return; // the file was purged meanwhile, and what was sealed with it
    } finally {
      state.writeLock().lock();
      try {
        long before = layers.memoryBytes();
        DirtyLayer done = null;
        if (result == null) {
          layers.unseal();
          file.gathered();
        } else if (!layers.isDiscarded()) {
          done = layers.sealed();
          layers.cut(result);
          file.commit().countExtents();
          file.wasCut();
        }
        store.budget().add(layers.memoryBytes() - before);
        if (layers.isCut()) {
          store.budget().markClean(file);
        }
        if (done != null && !abandoned) {
          done.recycle(result.residueFrom() < 0 ? Long.MAX_VALUE : result.residueFrom());
        }
      } finally {
        state.writeLock().unlock();
      }
    }
  }

  /** The sealed layer and what lies below, while the drain lock is held. */
  private final class View implements SealedView {
    private final DirtyLayer sealed;
    private final long size;
    private final long lowerEnd;

    View() {
      state.readLock().lock();
      try {
        sealed =
            Objects.requireNonNullElseGet(
                layers.sealed(), () -> new DirtyLayer(store.spareBuffers()));
        size = layers.sealedSize();
        lowerEnd = layers.lowerEnd();
      } finally {
        state.readLock().unlock();
      }
    }

    @Override
    public DirtyLayer sealed() {
      return sealed;
    }

    @Override
    public long sizeBytes() {
      return size;
    }

    @Override
    public long lowerEndBytes() {
      return lowerEnd;
    }

    @Override
    public List<Extent> lower(long from, long to) throws IOException {
      state.readLock().lock();
      try {
        if (layers.isDiscarded()) {
          // sizes and chunk starts that were looked at before would no longer fit
          throw new DiscardedContentException();
        }
        return layers.lower(from, to);
      } finally {
        state.readLock().unlock();
      }
    }

    @Override
    public void readLower(Extent extent, byte[] target, int at) throws IOException {
      ReadPlan.copy(store.cache(), file.inode(), extent, ByteBuffer.wrap(target), at);
    }
  }
}
