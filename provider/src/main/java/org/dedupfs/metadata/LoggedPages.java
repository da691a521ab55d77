package org.dedupfs.metadata;

import java.util.HashMap;
import java.util.Map;

/**
 * Which frame of a log has which page. Takes some five bytes a page where the log has many that are
 * neighbours in the file, and some 300 for one that is alone.
 */
final class LoggedPages {
  private static final int REGION_SHIFT = 6;
  private static final int IN_REGION = (1 << REGION_SHIFT) - 1;

  /** For each page the number of its frame, counted from 1; 0 if there is none. */
  private final Map<Integer, int[]> regions = new HashMap<>();

  /**
   * Notes the frame of a page, in place of an earlier one.
   *
   * @param frame counted from 0
   * @throws ArithmeticException if there are more frames than SQLite can count
   */
  void put(int page, long frame) {
    int[] region = regions.computeIfAbsent(page >>> REGION_SHIFT, number -> new int[IN_REGION + 1]);
    region[page & IN_REGION] = Math.toIntExact(frame + 1);
  }

  /** The frame of a page, counted from 0; -1 if there is none. */
  long get(int page) {
    int[] region = regions.get(page >>> REGION_SHIFT);
    return region == null ? -1 : region[page & IN_REGION] - 1L;
  }
}
