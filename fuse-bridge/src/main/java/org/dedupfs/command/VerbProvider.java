package org.dedupfs.command;

import java.util.concurrent.Callable;

/**
 * Brings a verb that lives in a jar of its own: {@link java.util.ServiceLoader} finds it where that
 * jar is on the class path. It is looked for only when the verbs of this jar are not enough, so
 * that it costs the others nothing.
 */
public interface VerbProvider {
  /** What the user calls it. */
  String name();

  /**
   * A class with picocli's {@code @Command} and a constructor without arguments; what it returns is
   * the {@linkplain ExitCode#number() exit code}, what it throws becomes one line and an exit code.
   */
  Class<? extends Callable<Integer>> verb();
}
