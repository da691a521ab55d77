package org.dedupfs.tree;

import org.jspecify.annotations.Nullable;

/**
 * Attributes to set; null leaves one as it is. The change time becomes now unless given.
 *
 * @param permissions 12 bits
 * @param accessNanos nanoseconds since the epoch
 */
public record AttributeChange(
    @Nullable Integer permissions,
    @Nullable Integer uid,
    @Nullable Integer gid,
    @Nullable Long accessNanos,
    @Nullable Long modifyNanos,
    @Nullable Long birthNanos) {

  public static final AttributeChange NONE =
      new AttributeChange(null, null, null, null, null, null);

  public AttributeChange withPermissions(int bits) {
    return new AttributeChange(bits, uid, gid, accessNanos, modifyNanos, birthNanos);
  }

  public AttributeChange withOwner(int newUid) {
    return new AttributeChange(permissions, newUid, gid, accessNanos, modifyNanos, birthNanos);
  }

  public AttributeChange withGroup(int newGid) {
    return new AttributeChange(permissions, uid, newGid, accessNanos, modifyNanos, birthNanos);
  }

  public AttributeChange withTimes(
      @Nullable Long access, @Nullable Long modify, @Nullable Long birth) {
    return new AttributeChange(permissions, uid, gid, access, modify, birth);
  }
}
