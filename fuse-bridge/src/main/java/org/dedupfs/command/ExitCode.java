package org.dedupfs.command;

import picocli.CommandLine;

/** What the command tells a script. The numbers are part of the interface and never change. */
public enum ExitCode {
  /** All that was asked for is done. */
  DONE(0),
  /** It did not work; nothing is lost. */
  FAILED(CommandLine.ExitCode.SOFTWARE),
  /** The command line makes no sense. */
  USAGE(CommandLine.ExitCode.USAGE),
  /** Done, but some items, each of them named, were skipped. */
  SKIPPED(3),
  /** The store holds damage. */
  DAMAGED(4),
  /** Another process has the store open, or uses the mount. */
  IN_USE(5),
  /** Stopped by Ctrl-C; the same command resumes. */
  INTERRUPTED(130);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The one with a number; {@link #FAILED} if there is none. */
  static ExitCode of(int number) {
    for (ExitCode code : values()) {
      if (code.number == number) {
        return code;
      }
    }
    return FAILED;
  }

  public int number() {
    return number;
  }
}
