package org.dedupfs.activity;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** One look into a cache in vain, for the flight recorder. */
@Name("org.dedupfs.CacheMiss")
@Label("Cache Miss")
@Category("DedupFS")
@Description("Something that a reader wanted was not in memory; lasts until it has been read")
@Enabled(false) // there may be very many
@Threshold("0 ms")
final class CacheMissEvent extends Event {
  /** Never committed: asked whether anybody records, without making an object for it. */
  private static final CacheMissEvent SAMPLE = new CacheMissEvent();

  @Label("Store")
  @Description("The directory of the store")
  String store = "";

  @Label("Cache")
  @Description("blocks, or extents")
  String cache = "";

  @Label("Key")
  @Description("The number of the block, or of the inode whose extents they are")
  long key;

  static boolean isRecorded() {
    return SAMPLE.isEnabled();
  }

  /** Begun now. */
  static CacheMissEvent begun() {
    CacheMissEvent event = new CacheMissEvent();
    event.begin();
    return event;
  }

  void end(String directory, String name, long wanted) {
    if (shouldCommit()) {
      store = directory;
      cache = name;
      key = wanted;
      commit();
    }
  }
}
