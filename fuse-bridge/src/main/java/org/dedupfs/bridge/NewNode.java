package org.dedupfs.bridge;

/**
 * What a new file starts with.
 *
 * @param mode type and 12 permission bits, exactly
 * @param uid unsigned 32 bits
 * @param gid unsigned 32 bits; a setgid directory overrides it
 * @param rdev of a device, Linux encoding; else 0
 */
record NewNode(int mode, int uid, int gid, long rdev) {}
