package org.dedupfs.activity;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One flush, for the flight recorder. */
@Name("org.dedupfs.Flush")
@Label("Flush")
@Category("DedupFS")
@Description("Blocks that were written since the flush before are made durable")
@StackTrace(false)
final class FlushEvent extends Event {
  @Label("Store")
  @Description("The directory of the store")
  String store = "";

  @Label("Bytes")
  @Description("Of the blocks, as stored")
  @DataAmount
  long bytes;

  /** Begun now. */
  static FlushEvent begun() {
    FlushEvent event = new FlushEvent();
    event.begin();
    return event;
  }

  void end(String directory, long byteCount) {
    if (shouldCommit()) {
      store = directory;
      bytes = byteCount;
      commit();
    }
  }
}
