package org.dedupfs.activity;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One sweep, for the flight recorder. */
@Name("org.dedupfs.Sweep")
@Label("Sweep")
@Category("DedupFS")
@Description("Blocks that no file uses any more are deleted, or only counted")
@StackTrace(false)
final class SweepEvent extends Event {
  @Label("Store")
  @Description("The directory of the store")
  String store = "";

  @Label("Dry Run")
  @Description("Whether blocks were only counted")
  boolean dryRun;

  @Label("Live Blocks")
  @Description("Blocks in use")
  long liveBlocks;

  @Label("Dead Blocks")
  @Description("Blocks that nothing used")
  long deadBlocks;

  @Label("Dead Bytes")
  @Description("Of the dead blocks, as stored")
  @DataAmount
  long deadBytes;

  /** Begun now. */
  static SweepEvent begun() {
    SweepEvent event = new SweepEvent();
    event.begin();
    return event;
  }

  void end(String directory, SweepTiming.Found found) {
    if (shouldCommit()) {
      store = directory;
      dryRun = found.dryRun();
      liveBlocks = found.liveBlocks();
      deadBlocks = found.deadBlocks();
      deadBytes = found.deadBytes();
      commit();
    }
  }
}
