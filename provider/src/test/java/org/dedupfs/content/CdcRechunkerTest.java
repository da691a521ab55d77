package org.dedupfs.content;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.dedupfs.blocks.InMemoryBlockStore;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.Extent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CdcRechunkerTest {
  private static final long SIZE_BYTES = 62_702;

  /** A change in the middle of a chunk, which is not there any more when it is looked for again. */
  private static final class Vanishing implements SealedView {
    private final DirtyLayer sealed = new DirtyLayer(new SpareBuffers(0));
    private boolean asked;

    Vanishing() {
      sealed.write(49_811, ByteBuffer.wrap(new byte[13_510]));
    }

    @Override
    public DirtyLayer sealed() {
      return sealed;
    }

    @Override
    public long sizeBytes() {
      return SIZE_BYTES;
    }

    @Override
    public long lowerEndBytes() {
      return SIZE_BYTES;
    }

    @Override
    public List<Extent> lower(long from, long to) {
      boolean first = !asked;
      asked = true;
      return List.of(first ? new Extent(0, SIZE_BYTES, 1, 0, 0) : Extent.hole(from, to - from));
    }

    @Override
    public void readLower(Extent extent, byte[] target, int at) {
      throw new AssertionError("there is nothing to be read");
    }
  }

  /** It went on forever, with the lock of the file held. */
  @Test
  @Timeout(60)
  void a_view_that_stops_telling_of_bytes_is_an_error() {
    ExecutorService workers = Executors.newSingleThreadExecutor();
    AtomicLong next = new AtomicLong(1);
    try {
      Rechunker rechunker =
          Rechunker.of(
              new Vanishing(),
              () -> new ChunkWriter(new InMemoryBlockStore(next::getAndAdd), workers, 4),
              ChunkingScheme.parse("cdc:64k"));
      assertThatThrownBy(() -> rechunker.cut(false)).isInstanceOf(IllegalStateException.class);
    } finally {
      workers.shutdown();
    }
  }
}
