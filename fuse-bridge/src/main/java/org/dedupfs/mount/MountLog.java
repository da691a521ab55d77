package org.dedupfs.mount;

/** Where a mount tells, in one line each, what happens. Called by any thread. */
public interface MountLog {
  /** What an administrator may want to know. */
  void note(String line);

  /** What went wrong, or is about to. */
  void warn(String line);
}
