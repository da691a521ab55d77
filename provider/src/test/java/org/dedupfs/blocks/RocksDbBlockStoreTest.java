package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class RocksDbBlockStoreTest extends AbstractBlockStoreContract {
  @TempDir Path temporary;
  private Path directory;
  private RocksDbBlockStore rocks;

  @Override
  BlockStore open(BlockStoreOptions options) throws IOException {
    if (directory == null) {
      directory = temporary.resolve("blocks");
    }
    rocks = RocksDbBlockStore.open(directory, options, lease);
    return rocks;
  }

  @Override
  BlockStore crash() throws IOException {
    Path copy = StoreCopy.of(rocks, directory, temporary);
    store.close();
    directory = copy;
    return open(options());
  }

  @Override
  void corrupt(BlockId id) throws IOException {
    byte[] key = Keys.of(id.value());
    try (WriteBatch batch = new WriteBatch()) {
      byte[] record = rocks.families().payload(key);
      assertThat(record).isNotNull();
      record[record.length - 1] ^= 1;
      batch.put(rocks.families().blocks(), key, record);
      rocks.families().write(batch);
      rocks.families().flush();
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }

  @Override
  void lose(BlockId id) throws IOException {
    try (WriteBatch batch = new WriteBatch()) {
      batch.delete(rocks.families().blocks(), Keys.of(id.value()));
      rocks.families().write(batch);
      rocks.families().flush();
    } catch (RocksDBException e) {
      throw new IOException(e);
    }
  }
}
