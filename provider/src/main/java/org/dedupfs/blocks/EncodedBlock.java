package org.dedupfs.blocks;

/**
 * A block ready to be put: its hash, the length of its raw bytes, and its record.
 *
 * @param record header and payload; owned by this object
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record EncodedBlock(BlockHash hash, int rawBytes, byte[] record) {}
