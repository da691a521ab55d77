package org.dedupfs.conformance;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import java.util.Arrays;
import org.junit.AssumptionViolatedException;
import org.junit.rules.TestWatcher;
import org.junit.runner.Description;

/** What the runs of niotest have in common: cases that are not run, and a count of the others. */
final class Niotest {
  private Niotest() {}

  /**
   * Leaves out one case, for the reason given.
   *
   * @throws IllegalArgumentException if niotest has no such case
   */
  static void without(FSDescription description, String testCase, String reason) {
    if (reason.isEmpty()
        || Arrays.stream(AllTests.class.getMethods())
            .noneMatch(method -> method.getName().equals(testCase))) {
      throw new IllegalArgumentException("no reason, or no such case: " + testCase);
    }
    description.addBug(testCase);
  }

  /** Prints how many cases passed, once the class is done. */
  static final class Tally extends TestWatcher {
    private int passed;
    private int skipped;

    @Override
    protected void succeeded(Description test) {
      passed++;
    }

    /** Cases of the suite for what Unix does not have, as drives, and those left out above. */
    @Override
    protected void skipped(AssumptionViolatedException e, Description test) {
      skipped++;
    }

    void print(String what) {
      System.out.println(what + ": " + passed + " cases pass, " + skipped + " do not apply");
    }
  }
}
