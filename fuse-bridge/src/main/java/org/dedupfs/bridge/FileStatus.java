package org.dedupfs.bridge;

/**
 * What stat(2) tells.
 *
 * @param mode type and 12 permission bits
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits
 * @param rdev Linux encoding, 0 if it is no device
 * @param allocatedBytes what {@code st_blocks} counts in units of 512
 * @param accessNanos since the epoch, as the other times
 */
public record FileStatus(
    long ino,
    int mode,
    int nlink,
    int uid,
    int gid,
    long rdev,
    long sizeBytes,
    long allocatedBytes,
    long accessNanos,
    long modifyNanos,
    long changeNanos) {

  FileStatus withNlink(int names) {
    return new FileStatus(
        ino,
        mode,
        names,
        uid,
        gid,
        rdev,
        sizeBytes,
        allocatedBytes,
        accessNanos,
        modifyNanos,
        changeNanos);
  }
}
