package org.dedupfs.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Random tests that can be replayed: makes a list of operations from a seed and runs them; when
 * that fails, it takes away operations as long as it still fails in the same way, and fails with
 * the seed and what is left.
 *
 * <p>Operations are plain values (records): what they mean must depend on nothing but the
 * operations before them, so that any part of the list can be run. {@code -Dseed=} sets the seed,
 * {@code -Doperations=} how many operations.
 *
 * @param <O> the type of the operations; their {@code toString} is what the reader gets
 */
public final class RandomOperations<O> {
  private static final long SHRINK_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Runs operations from a fresh start; throws when the outcome is wrong. */
  @FunctionalInterface
  public interface Scenario<O> {
    void run(List<O> operations) throws Throwable;
  }

  private final Function<RandomGenerator, O> generator;
  private final Scenario<O> scenario;

  private RandomOperations(Function<RandomGenerator, O> generator, Scenario<O> scenario) {
    this.generator = generator;
    this.scenario = scenario;
  }

  /** Runs {@code count} operations with the seed of {@code -Dseed=}, or a new one. */
  public static <O> void check(
      int count, Function<RandomGenerator, O> generator, Scenario<O> scenario) {
    Long seed = Long.getLong("seed");
    check(seed == null ? newSeed() : seed, count, generator, scenario);
  }

  /** Runs {@code count} operations with a seed. */
  public static <O> void check(
      long seed, int count, Function<RandomGenerator, O> generator, Scenario<O> scenario) {
    new RandomOperations<>(generator, scenario).run(seed, Integer.getInteger("operations", count));
  }

  /** A seed that was hardly used before. */
  public static long newSeed() {
    return new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid()).nextLong();
  }

  private void run(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<O> operations = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      operations.add(generator.apply(random));
    }
    Throwable failure = failureOf(operations);
    if (failure == null) {
      return;
    }
    System.out.println("-Dseed=" + seed + " fails: " + failure + "; shrinking");
    List<O> least = shrink(operations, failure);
    Throwable leastFailure = failureOf(least);
    Throwable told = leastFailure == null ? failure : leastFailure;
    throw new AssertionError(describe(seed, count, told, least), told);
  }

  private @Nullable Throwable failureOf(List<O> operations) {
    try {
      scenario.run(List.copyOf(operations));
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** Takes away halves, quarters, ... single operations (as in delta debugging). */
  private List<O> shrink(List<O> operations, Throwable failure) {
    long deadline = System.nanoTime() + SHRINK_NANOS;
    List<O> least = operations;
    for (int size = Math.max(1, least.size() / 2); size > 0; ) {
      int before = least.size();
      for (int from = least.size() - size; from > -size; from -= size) {
        if (System.nanoTime() - deadline > 0) {
          return least;
        }
        int end = Math.min(least.size(), from + size);
        if (end <= 0) {
          continue;
        }
        List<O> fewer = without(least, Math.max(0, from), end);
        if (isSame(failureOf(fewer), failure)) {
          least = fewer;
        }
      }
      if (size > 1) {
        size = size / 2;
      } else if (least.size() == before) {
        size = 0;
      }
    }
    return least;
  }

  private static boolean isSame(@Nullable Throwable failure, Throwable wanted) {
    return failure != null && failure.getClass() == wanted.getClass();
  }

  private static <O> List<O> without(List<O> operations, int from, int to) {
    List<O> fewer = new ArrayList<>(operations.subList(0, from));
    fewer.addAll(operations.subList(to, operations.size()));
    return fewer;
  }

  private static String describe(long seed, int count, Throwable failure, List<?> least) {
    StringBuilder text = new StringBuilder();
    text.append("-Dseed=").append(seed).append(" -Doperations=").append(count);
    text.append(" fails: ").append(failure);
    text.append("\nso do these ").append(least.size()).append(" of its operations:");
    for (Object operation : least) {
      text.append("\n  ").append(operation);
    }
    return text.toString();
  }
}
