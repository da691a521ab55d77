package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.testing.RandomOperations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on file contents against arrays of bytes, crashes included. */
class ContentModelTest {
  private static final int FILES = 4;
  private static final int MAX_BYTES = 600_000;
  private static final int LARGE_BYTES = 64 << 10;

  private enum Kind {
    WRITE,
    APPEND,
    SET_SIZE,
    PUNCH,
    READ,
    SYNC,
    SYNC_ALL,
    DRAIN,
    CLONE,
    SHARE,
    SWEEP,
    REOPEN,
    CRASH,
    HOLES
  }

  private record Operation(Kind kind, int file, int at, int length, long data) {}

  private static Operation random(RandomGenerator random) {
    Kind[] kinds = Kind.values();
    int pick = random.nextInt(100);
    Kind kind =
        pick < 30 ? Kind.WRITE : pick < 45 ? Kind.APPEND : kinds[random.nextInt(kinds.length)];
    int length =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(1, 100);
          case 1 -> 4096;
          case 2 -> random.nextInt(1, 20_000);
          default -> random.nextInt(1, 150_000);
        };
    int at = random.nextInt(3) == 0 ? random.nextInt(128) * 4096 : random.nextInt(MAX_BYTES);
    return new Operation(kind, random.nextInt(FILES), at, length, random.nextInt(12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cdc:4k", "fixed:4k", "cdc:64k", "fixed:128k"})
  void any_operations_leave_the_bytes_that_an_array_would_hold(String chunking) {
    RandomOperations.check(400, ContentModelTest::random, operations -> run(chunking, operations));
  }

  @Test
  void many_short_runs_leave_the_bytes_that_an_array_would_hold() {
    for (int i = 0; i < 10; i++) {
      RandomOperations.check(60, ContentModelTest::random, operations -> run("cdc:4k", operations));
    }
  }

  private static void run(String chunking, List<Operation> operations) throws IOException {
    ChunkingScheme scheme = ChunkingScheme.parse(chunking);
    // With room for large buffers that are used again, and without.
    long dirtyBytes = scheme.averageBytes() < LARGE_BYTES ? 256 << 10 : 4 << 20;
    try (ContentFixture fixture = new ContentFixture(scheme, dirtyBytes)) {
      Model[] models = new Model[FILES];
      for (int i = 0; i < FILES; i++) {
        models[i] = new Model();
        models[i].inode = fixture.createFile();
      }
      fixture.content().syncAll();
      for (Operation operation : operations) {
        new Step(fixture, models, operation).run();
      }
      for (Model model : models) {
        assertThat(fixture.readAll(model.inode)).isEqualTo(model.bytes);
      }
      fixture.reopen();
      for (Model model : models) {
        assertThat(fixture.readAll(model.inode)).isEqualTo(model.bytes);
      }
      fixture.checkExtents();
    }
  }

  /** What a file should hold, and what it may hold after a crash. */
  private static final class Model {
    private InodeNumber inode = new InodeNumber(0);
    private byte[] bytes = new byte[0];
    private final List<byte[]> sinceSync = new ArrayList<>(List.of(bytes));

    void change(byte[] newBytes) {
      bytes = newBytes;
      sinceSync.add(newBytes);
    }

    void synced() {
      sinceSync.clear();
      sinceSync.add(bytes);
    }
  }

  /** Bytes of each file that are no hole: as searched for, as counted, as its stat tells. */
  private record Allocations(List<Long> data, List<Long> told, List<Long> seen, long sum) {
    boolean agree() {
      return told.equals(data)
          && seen.equals(data)
          && sum == data.stream().mapToLong(Long::longValue).sum();
    }
  }

  private record Step(ContentFixture fixture, Model[] models, Operation operation) {
    void run() throws IOException {
      Model model = models[operation.file];
      FileContent file = fixture.content().acquire(model.inode);
      try {
        onFile(file, model);
      } finally {
        fixture.content().release(file);
      }
      onStore(model);
      checkAllocation();
    }

    /**
     * What is no hole is what a search for data and holes finds, and the sum is that of all. Once
     * more when workers have cut what was written meanwhile, which finds holes in it, and makes a
     * stat that follows an estimate again; they come to rest.
     */
    private void checkAllocation() throws IOException {
      Allocations last = allocations();
      for (int i = 0; i < 1000 && !last.agree(); i++) {
        last = allocations();
      }
      assertThat(last.told).isEqualTo(last.data);
      assertThat(last.seen).isEqualTo(last.data);
      assertThat(last.sum).isEqualTo(last.data.stream().mapToLong(Long::longValue).sum());
    }

    private Allocations allocations() throws IOException {
      List<Long> data = dataOfAll();
      List<Long> told = new ArrayList<>();
      List<Long> seen = new ArrayList<>();
      for (Model each : models) {
        FileContent file = fixture.content().acquire(each.inode);
        told.add(file.allocatedBytes());
        fixture.content().release(file);
        seen.add(Objects.requireNonNull(fixture.content().stat(each.inode)).allocatedBytes());
      }
      return new Allocations(data, told, seen, fixture.content().logicalBytes());
    }

    private List<Long> dataOfAll() throws IOException {
      List<Long> found = new ArrayList<>();
      for (Model each : models) {
        FileContent file = fixture.content().acquire(each.inode);
        long data = 0;
        long pos = file.nextData(0);
        while (pos >= 0) {
          long end = file.nextHole(pos);
          data += end - pos;
          pos = file.nextData(end);
        }
        found.add(data);
        fixture.content().release(file);
      }
      return found;
    }

    private byte[] data() {
      byte[] data = new byte[operation.length];
      if (operation.data > 1) {
        new SplittableRandom(operation.data).nextBytes(data);
      } else {
        Arrays.fill(data, (byte) operation.data);
      }
      return data;
    }

    private void onFile(FileContent file, Model model) throws IOException {
      int at = Math.min(operation.at, MAX_BYTES);
      switch (operation.kind) {
        case WRITE -> {
          file.write(at, ByteBuffer.wrap(data()));
          model.change(patched(model.bytes, at, data()));
        }
        case APPEND -> {
          if (model.bytes.length < MAX_BYTES) {
            assertThat(file.append(ByteBuffer.wrap(data()))).isEqualTo(model.bytes.length);
            model.change(patched(model.bytes, model.bytes.length, data()));
          }
        }
        case SET_SIZE -> {
          file.setSize(at);
          model.change(Arrays.copyOf(model.bytes, at));
        }
        case PUNCH -> {
          file.punchHole(at, operation.length);
          byte[] punched = model.bytes.clone();
          if (at < punched.length) {
            Arrays.fill(punched, at, Math.min(punched.length, at + operation.length), (byte) 0);
          }
          model.change(punched);
        }
        case READ -> {
          ByteBuffer target = ByteBuffer.allocate(operation.length);
          int count = file.read(at, target);
          int expected = Math.min(operation.length, model.bytes.length - at);
          assertThat(count).isEqualTo(expected <= 0 ? -1 : expected);
          if (count > 0) {
            assertThat(Arrays.copyOf(target.array(), count))
                .isEqualTo(Arrays.copyOfRange(model.bytes, at, at + count));
          }
        }
        case SYNC -> {
          fixture.content().sync(file);
          model.synced();
        }
        case DRAIN -> file.drain(operation.data % 2 == 0);
        case SHARE -> share(file, model, at);
        case HOLES -> checkHoles(file, model);
        default -> {}
      }
      assertThat(file.sizeBytes()).isEqualTo(model.bytes.length);
    }

    /** A range of any file, this one included, from anywhere to anywhere. */
    private void share(FileContent file, Model model, int at) throws IOException {
      Model from = models[(operation.file + (int) operation.data) % FILES];
      int sourceAt = (int) (operation.length * 7919L % MAX_BYTES);
      int count = Math.max(0, Math.min(4 * operation.length, from.bytes.length - sourceAt));
      boolean overlap = from == model && Math.abs(sourceAt - at) < count;
      if (count == 0 || overlap) {
        return;
      }
      FileContent source = fixture.content().acquire(from.inode);
      try {
        assertThat(file.cloneRange(source, sourceAt, at, count)).isEqualTo(count);
      } finally {
        fixture.content().release(source);
      }
      model.change(
          patched(model.bytes, at, Arrays.copyOfRange(from.bytes, sourceAt, sourceAt + count)));
    }

    private void checkHoles(FileContent file, Model model) throws IOException {
      long pos = 0;
      while (pos < model.bytes.length) {
        long data = file.nextData(pos);
        long end = data < 0 ? model.bytes.length : data;
        for (long i = pos; i < end; i++) {
          assertThat(model.bytes[(int) i]).isZero();
        }
        if (data < 0) {
          break;
        }
        pos = file.nextHole(data);
        // equal when zeros were stored, as a hole, since they were data
        assertThat(pos).isGreaterThanOrEqualTo(data);
      }
    }

    private void onStore(Model model) throws IOException {
      switch (operation.kind) {
        case SYNC_ALL -> {
          fixture.content().syncAll();
          Arrays.asList(models).forEach(Model::synced);
        }
        case CLONE -> {
          Model target = models[(operation.file + 1) % FILES];
          InodeNumber replaced = target.inode;
          target.inode = fixture.cloneFile(model.inode);
          fixture.deleteFile(replaced); // or its blocks would be kept to the end
          target.change(model.bytes);
          fixture.content().syncAll();
          Arrays.asList(models).forEach(Model::synced);
        }
        case SWEEP -> {
          fixture.sweep();
          Arrays.asList(models).forEach(Model::synced);
        }
        case REOPEN -> {
          fixture.reopen();
          Arrays.asList(models).forEach(Model::synced);
        }
        case CRASH -> {
          fixture.crash();
          for (Model each : models) {
            byte[] found = fixture.readAll(each.inode);
            assertThat(each.sinceSync).anyMatch(state -> Arrays.equals(state, found));
            each.bytes = found;
            each.synced();
          }
        }
        default -> {}
      }
    }

    private static byte[] patched(byte[] bytes, int at, byte[] data) {
      byte[] result = Arrays.copyOf(bytes, Math.max(bytes.length, at + data.length));
      System.arraycopy(data, 0, result, at, data.length);
      return result;
    }
  }
}
