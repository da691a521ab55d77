package org.dedupfs.benchmarks;

import java.util.SplittableRandom;

/** Text with words of a language of its own, some of them frequent. For one thread. */
final class Words {
  private static final int WORDS_A_LINE = 8;
  private static final String[] WORDS = words();

  private final SplittableRandom random;

  Words(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static String[] words() {
    SplittableRandom random = new SplittableRandom(11);
    String[] words = new String[2000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = 2 + random.nextInt(9); length > 0; length--) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    return words;
  }

  String line() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < WORDS_A_LINE; i++) {
      // a word is the likelier the further to the front it stands
      double rank = random.nextDouble();
      line.append(WORDS[(int) (rank * rank * rank * WORDS.length)]).append(' ');
    }
    return line.append('\n').toString();
  }

  /** As large as files of sources are: some hundred bytes to some ten thousand, mostly few. */
  String sourceFile() {
    int bytes = (int) (300 * Math.exp(random.nextDouble() * 4.5));
    StringBuilder text = new StringBuilder("/* A licence that all files begin with. */\n");
    while (text.length() < bytes) {
      text.append(line());
    }
    return text.toString();
  }
}
