package org.dedupfs.activity;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/** One operation that somebody waited for, for the flight recorder. */
@Name("org.dedupfs.SlowOperation")
@Label("Slow Operation")
@Category("DedupFS")
@Description("A call of the file system that took longer than the threshold")
@Threshold("100 ms")
final class SlowOperationEvent extends Event {
  /** Never committed: asked whether anybody records, without making an object for it. */
  private static final SlowOperationEvent SAMPLE = new SlowOperationEvent();

  @Label("Store")
  @Description("The directory of the store")
  String store = "";

  @Label("Operation")
  @Description("The method that was called: read, write, force, copy, delete ...")
  String operation = "";

  @Label("Path")
  @Description("In the store")
  String path = "";

  static boolean isRecorded() {
    return SAMPLE.isEnabled();
  }

  /** Begun now. */
  static SlowOperationEvent begun() {
    SlowOperationEvent event = new SlowOperationEvent();
    event.begin();
    return event;
  }
}
