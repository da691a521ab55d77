package org.dedupfs.activity;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** One commit, for the flight recorder. */
@Name("org.dedupfs.Commit")
@Label("Commit")
@Category("DedupFS")
@Description(
    "Changes become durable: what was written is cut into blocks, blocks are flushed or put into"
        + " the journal, metadata is committed")
final class CommitEvent extends Event {
  @Label("Store")
  @Description("The directory of the store")
  String store = "";

  @Label("Files")
  @Description("With bytes written since they were committed last")
  int files;

  @Label("Everything")
  @Description("Whether all files take part, or only those that somebody syncs")
  boolean everything;

  /** Begun now. */
  static CommitEvent begun() {
    CommitEvent event = new CommitEvent();
    event.begin();
    return event;
  }

  void end(String directory, int fileCount, boolean ofAll) {
    if (shouldCommit()) {
      store = directory;
      files = fileCount;
      everything = ofAll;
      commit();
    }
  }
}
