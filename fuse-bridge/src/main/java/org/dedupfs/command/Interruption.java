package org.dedupfs.command;

import java.util.concurrent.CountDownLatch;

/**
 * Ctrl-C, and SIGTERM: whatever runs is asked to stop at the next good moment and is waited for, so
 * that the store is closed in order. Verbs that ask nothing are simply waited for.
 */
public final class Interruption {
  private static final CountDownLatch FINISHED = new CountDownLatch(1);
  private static volatile boolean requested;
  private static volatile Runnable ending = () -> {};

  private Interruption() {}

  /** From now on; call once, in the process of the command. */
  static void watch() {
    Thread hook =
        new Thread(
            () -> {
              requested = true;
              if (FINISHED.getCount() > 0) {
                ending.run();
              }
              try {
                FINISHED.await();
              } catch (InterruptedException e) {
                // Nobody interrupts a shutdown hook.
                return;
              }
            },
            "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * What ends a verb that waits and cannot ask; runs on a thread of its own, perhaps twice, and
   * must return at once.
   */
  static void endsBy(Runnable action) {
    ending = action;
    if (requested) {
      action.run();
    }
  }

  /** The verb has ended; nothing remains to be waited for. */
  static void finished() {
    FINISHED.countDown();
  }

  /** Whether the user wants the verb to end. */
  public static boolean requested() {
    return requested;
  }

  /** Ends the verb here if the user wants that. */
  public static void check() throws CommandException {
    if (requested) {
      throw new CommandException(ExitCode.INTERRUPTED, "interrupted");
    }
  }
}
