package org.dedupfs.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One sweep: forgets the blocks that are not live, then gives back the space of their records.
 *
 * <p>Forgetting deletes index entry and fingerprint, in one batch under the stripe that hits take.
 * The record itself stays for {@link BlockSpace}: deletions all over the ids would make RocksDB
 * rewrite every file they touch. On a disk that is nearly full this goes on by small steps, each of
 * which gives back space before the next one takes some.
 */
final class BlockSweep {
  private static final int STEP_BLOCKS = 1_024;

  /** The first such step: what is forgotten takes some 100 bytes each until space comes back. */
  private static final int SCARCE_STEP_BLOCKS = 8_192;

  /** Steps grow no further, unless there are very many blocks: this one takes some 25 MB. */
  private static final int MOST_SCARCE_STEP_BLOCKS = 1 << 18;

  private final RocksDbBlockStore store;
  private final LiveSet live;
  private final long below;
  private long blocks;
  private long storedBytes;
  private long rawBytes;
  private long reclaimedBlocks;
  private long scarceStep = SCARCE_STEP_BLOCKS;

  BlockSweep(RocksDbBlockStore store, LiveSet live, long below) {
    this.store = store;
    this.live = live;
    this.below = below;
  }

  private record Candidate(long id, Fingerprint fingerprint) {}

  SweepResult run(SweepProgress progress) throws IOException {
    RoomWatch room = new RoomWatch(Path.of(store.families().db().getName()));
    walk(step -> forgetDead(step, room, progress), progress);
    forgetDamage();
    store.flush();
    new BlockSpace(store, below, room).reclaim(progress);
    return new SweepResult(blocks, storedBytes, rawBytes);
  }

  SweepResult count(SweepProgress progress) throws IOException {
    walk(
        step ->
            step.stream()
                .filter(candidate -> !live.contains(candidate.id))
                .forEach(candidate -> add(candidate.fingerprint)),
        progress);
    return new SweepResult(blocks, storedBytes, rawBytes);
  }

  private interface Step {
    void take(List<Candidate> candidates) throws IOException;
  }

  private void walk(Step each, SweepProgress progress) throws IOException {
    long next = 1;
    for (List<Candidate> step = step(next); !step.isEmpty(); step = step(next)) {
      each.take(step);
      next = step.get(step.size() - 1).id + 1;
      progress.tell(next - 1);
    }
  }

  private void forgetDead(List<Candidate> candidates, RoomWatch room, SweepProgress progress)
      throws IOException {
    forgetDead(candidates);
    if (blocks - reclaimedBlocks >= scarceStep && room.isScarce()) {
      store.flush();
      new BlockSpace(store, candidates.get(candidates.size() - 1).id + 1, room).reclaim(progress);
      reclaimedBlocks = blocks;
      // Each step looks at all blocks so far; and what is forgotten takes space until the next one.
      scarceStep = Math.min(Math.max(MOST_SCARCE_STEP_BLOCKS, blocks / 16), scarceStep * 2);
    }
  }

  private void forgetDead(List<Candidate> candidates) throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      for (Candidate candidate : candidates) {
        if (!live.contains(candidate.id)) {
          forget(candidate);
        }
      }
      store.flusher().written();
    }
  }

  private List<Candidate> step(long from) throws IOException {
    List<Candidate> step = new ArrayList<>();
    if (from < below) {
      StoreGate.Inside inside = store.gate().enter();
      try (inside) {
        store
            .fingerprints()
            .scanAll(
                from,
                below,
                (id, fingerprint) -> {
                  step.add(new Candidate(id, fingerprint));
                  return step.size() < STEP_BLOCKS;
                });
      }
    }
    return step;
  }

  private void forget(Candidate candidate) throws IOException {
    Fingerprint fingerprint = candidate.fingerprint;
    synchronized (store.stripes().of(fingerprint.hash())) {
      if (live.contains(candidate.id)) {
        return; // found or put since
      }
      long named = store.index().named(fingerprint.hash());
      if (named == BlockIndex.UNREADABLE) {
        return; // or an entry would stay that names nothing, if this is a disk that fails for a
        // moment
      }
      // First, so that no end of what follows leaves a look-up that finds it.
      store.index().remove(candidate.id);
      store.writer().forget(candidate.id, fingerprint, named == candidate.id);
    }
    add(fingerprint);
  }

  private void add(Fingerprint fingerprint) {
    blocks++;
    storedBytes += fingerprint.storedBytes();
    rawBytes += fingerprint.rawBytes();
  }

  /** Nobody needs to know of damage to a block that nobody refers to. */
  private void forgetDamage() throws IOException {
    StoreGate.Inside inside = store.gate().enter();
    try (inside) {
      for (long id : store.damagedBlocks().below(below)) {
        if (!live.contains(id)) {
          store.writer().unmarkDamaged(id);
        }
      }
    }
  }
}
