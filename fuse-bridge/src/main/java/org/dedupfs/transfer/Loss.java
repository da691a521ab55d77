package org.dedupfs.transfer;

/** Why something of a tree did not arrive. */
public enum Loss {
  /** It could not be read. */
  UNREADABLE("could not be read", true),
  /** A transfer to there was interrupted while it wrote this. */
  UNFINISHED("left by an interrupted transfer", true),
  /** Something stands in its place that is not to be replaced. */
  CONFLICT("something else stands in their place", true),
  /** It could not be written. */
  UNWRITABLE("could not be written", true),
  /** A fifo, socket or device that the other side cannot make. */
  SPECIAL("fifos, sockets or devices, which cannot be made here", true),
  /** It changed while it was being read: the copy may be neither the old nor the new state. */
  CHANGED("changed while they were being read", true),
  /** The store reports damage. */
  DAMAGED("damaged in the store", true),
  /** Its owner or group. */
  OWNER("with another owner or group: only root may give files away", false),
  /** Its special permission bits. */
  MODE("without some permission bits", false),
  /** Extended attributes. */
  XATTR("without some extended attributes", false),
  /** Its double or trailing slashes. */
  LINK_TEXT("symbolic links without their double or trailing slashes", false),
  /** All that needs calls of the host which this Java cannot make. */
  HOST("not all attributes could be looked at", false);

  private final String text;
  private final boolean wholeEntry;

  Loss(String text, boolean wholeEntry) {
    this.text = text;
    this.wholeEntry = wholeEntry;
  }

  /** Ends a sentence that starts with a number of files. */
  public String text() {
    return text;
  }

  /** Whether more than an attribute is missing. */
  public boolean isWholeEntry() {
    return wholeEntry;
  }
}
