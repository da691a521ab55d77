package org.dedupfs.content;

/**
 * What a file consists of and what it would cost alone.
 *
 * @param logicalBytes its bytes less the holes
 * @param storedBytes payload and headers of the distinct blocks it names
 * @param uniqueBytes raw bytes of the distinct blocks it names, each whole
 * @param chunks how often it names a block
 */
public record ContentUsage(long logicalBytes, long storedBytes, long uniqueBytes, long chunks) {
  public static final ContentUsage NONE = new ContentUsage(0, 0, 0, 0);
}
