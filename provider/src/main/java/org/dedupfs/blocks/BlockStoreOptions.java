package org.dedupfs.blocks;

/**
 * How a block store is opened. Hash and, of the stored blocks, compression are fixed by what is
 * stored; the caller keeps the hash's name and gives the same one every time.
 *
 * @param hash the JCA name of a digest of at least 256 bits
 * @param compression of new blocks
 * @param writeBufferBytes what may wait in memory for the disk, in all
 * @param cacheBytes for index, filters and fingerprints
 * @param verifyReads whether every read checks the hash of the bytes
 * @param verifyWrites whether every put reads back what it wrote, and a duplicate is compared with
 *     what is stored
 * @param readOnly whether nothing may change; the store must exist
 * @param create whether a store may be made where there is none
 */
public record BlockStoreOptions(
    String hash,
    Compression compression,
    long writeBufferBytes,
    long cacheBytes,
    boolean verifyReads,
    boolean verifyWrites,
    boolean readOnly,
    boolean create) {

  public static final long MIN_WRITE_BUFFER_BYTES = 8L << 20;
  public static final long MIN_CACHE_BYTES = 4L << 20;

  public static final BlockStoreOptions DEFAULT =
      new BlockStoreOptions(
          "SHA-256", Compression.DEFAULT, 96L << 20, 64L << 20, true, false, false, false);

  public BlockStoreOptions {
    HashAlgorithm.of(hash);
    if (writeBufferBytes < MIN_WRITE_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          writeBufferBytes + " bytes of write buffers are fewer than " + MIN_WRITE_BUFFER_BYTES);
    }
    if (cacheBytes < MIN_CACHE_BYTES) {
      throw new IllegalArgumentException(
          cacheBytes + " bytes of cache are fewer than " + MIN_CACHE_BYTES);
    }
    if (readOnly && create) {
      throw new IllegalArgumentException("a store cannot be created read-only");
    }
  }

  public BlockStoreOptions withHash(String name) {
    return new BlockStoreOptions(
        name,
        compression,
        writeBufferBytes,
        cacheBytes,
        verifyReads,
        verifyWrites,
        readOnly,
        create);
  }

  public BlockStoreOptions withCompression(Compression other) {
    return new BlockStoreOptions(
        hash, other, writeBufferBytes, cacheBytes, verifyReads, verifyWrites, readOnly, create);
  }

  public BlockStoreOptions withMemory(long forWriteBuffersBytes, long forCacheBytes) {
    return new BlockStoreOptions(
        hash,
        compression,
        forWriteBuffersBytes,
        forCacheBytes,
        verifyReads,
        verifyWrites,
        readOnly,
        create);
  }

  public BlockStoreOptions withVerification(boolean ofReads, boolean ofWrites) {
    return new BlockStoreOptions(
        hash, compression, writeBufferBytes, cacheBytes, ofReads, ofWrites, readOnly, create);
  }

  public BlockStoreOptions withReadOnly(boolean on) {
    return new BlockStoreOptions(
        hash, compression, writeBufferBytes, cacheBytes, verifyReads, verifyWrites, on, create);
  }

  public BlockStoreOptions withCreate(boolean on) {
    return new BlockStoreOptions(
        hash, compression, writeBufferBytes, cacheBytes, verifyReads, verifyWrites, readOnly, on);
  }
}
