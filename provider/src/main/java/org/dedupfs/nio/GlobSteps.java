package org.dedupfs.nio;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a glob accepts, step by step. All ways to match are followed at once (Thompson 1968), so the
 * time is at most the length of the glob times that of the name; a regular expression may take
 * exponentially long where stars follow each other. Complete, it is immutable.
 */
final class GlobSteps {
  /**
   * One step.
   *
   * @param one the character that it takes; none if it takes nothing and leads to {@code next}
   * @param repeats whether it may take any number of them
   * @param next grows until the group ends
   */
  private record Step(IntPredicate one, boolean repeats, List<Integer> next) {}

  private final List<Step> steps = new ArrayList<>();
  private final List<Step> endsOfAlternatives = new ArrayList<>();
  private @Nullable Step group;
  private int highSurrogateAt = -1;
  private char highSurrogate;

  /** One certain character, by the two halves of which a rare one consists. */
  void literal(char c) {
    int last = steps.size() - 1;
    if (Character.isLowSurrogate(c) && last >= 0 && highSurrogateAt == last) {
      int whole = Character.toCodePoint(highSurrogate, c);
      steps.set(last, new Step(character -> character == whole, false, List.of()));
      return;
    }
    one(character -> character == c);
    if (Character.isHighSurrogate(c)) {
      highSurrogateAt = last + 1;
      highSurrogate = c;
    }
  }

  /** One character of some. */
  void one(IntPredicate accepted) {
    steps.add(new Step(accepted, false, List.of()));
  }

  /** Any number of characters. */
  void many(IntPredicate accepted) {
    steps.add(new Step(accepted, true, List.of()));
  }

  /** What follows, until {@link #endGroup}, are alternatives. */
  void beginGroup() {
    group = lead();
    group.next.add(steps.size());
  }

  /** The next alternative. */
  void nextAlternative() {
    endsOfAlternatives.add(lead());
    Objects.requireNonNull(group, "no group begun").next.add(steps.size());
  }

  /** Goes on behind the alternatives. */
  void endGroup() {
    endsOfAlternatives.forEach(end -> end.next.add(steps.size()));
    endsOfAlternatives.clear();
  }

  private Step lead() {
    Step step = new Step(character -> false, false, new ArrayList<>());
    steps.add(step);
    return step;
  }

  /** Whether all of a text is accepted. */
  boolean matches(CharSequence text) {
    boolean[] now = new boolean[steps.size() + 1];
    now[0] = true;
    boolean any = follow(now);
    for (int at = 0; at < text.length() && any; ) {
      int c = Character.codePointAt(text, at);
      at += Character.charCount(c);
      boolean[] then = new boolean[now.length];
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        if (now[i] && step.one.test(c)) {
          then[step.repeats ? i : i + 1] = true;
        }
      }
      any = follow(then);
      now = then;
    }
    return any && now[steps.size()];
  }

  /**
   * Adds where one gets without a character, which always lies further on; says if there is any.
   */
  private boolean follow(boolean[] reached) {
    boolean any = reached[steps.size()];
    for (int i = 0; i < steps.size(); i++) {
      if (reached[i]) {
        any = true;
        Step step = steps.get(i);
        reached[i + 1] |= step.repeats;
        step.next.forEach(next -> reached[next] = true);
      }
    }
    return any;
  }
}
