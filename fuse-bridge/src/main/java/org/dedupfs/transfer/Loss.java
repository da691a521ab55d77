package org.dedupfs.transfer;

/** Why something of a tree did not arrive. */
public enum Loss {
  /** It could not be read. */
  UNREADABLE("could not be read", true),
  /** Something of another type stands in its place. */
  CONFLICT("stand where something of another type is", true),
  /** It could not be written. */
  UNWRITABLE("could not be written", true),
  /** A fifo, socket or device that the other side cannot make. */
  SPECIAL("are fifos, sockets or devices", true),
  /** It changed while it was being read: the copy may be neither the old nor the new state. */
  CHANGED("changed while they were being read", true),
  /** The store reports damage. */
  DAMAGED("are damaged in the store", true),
  /** Its owner or group. */
  OWNER("lost their owner or group, which only root may give away", false),
  /** Its special permission bits. */
  MODE("lost permission bits", false),
  /** Extended attributes. */
  XATTR("lost extended attributes", false),
  /** All that needs calls of the host which this Java cannot make. */
  HOST("could not have all their attributes looked at", false);

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
