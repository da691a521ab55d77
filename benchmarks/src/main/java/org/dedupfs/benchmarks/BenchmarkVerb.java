package org.dedupfs.benchmarks;

import java.util.concurrent.Callable;
import org.dedupfs.command.VerbProvider;

/** Brings {@code dedupfs benchmark}. */
public final class BenchmarkVerb implements VerbProvider {
  @Override
  public String name() {
    return "benchmark";
  }

  @Override
  public Class<? extends Callable<Integer>> verb() {
    return BenchmarkCommand.class;
  }
}
