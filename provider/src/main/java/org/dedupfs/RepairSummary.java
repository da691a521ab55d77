package org.dedupfs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a repair has done.
 *
 * @param repaired findings that were put in order
 * @param left findings that remain: data that is lost, or can only be healed by writing it again
 * @param metadataCopy a copy of the metadata as it was before the repair; null if nothing was to be
 *     repaired, and none is kept
 */
public record RepairSummary(long repaired, long left, @Nullable Path metadataCopy) {}
