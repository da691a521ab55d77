package org.dedupfs.activity;

/** Whether this Java has a flight recorder. */
final class FlightRecorder {
  static final boolean IS_THERE = isThere();

  private FlightRecorder() {}

  private static boolean isThere() {
    try {
      Class<?> unused =
          Class.forName("jdk.jfr.Event", false, FlightRecorder.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false; // a Java without module jdk.jfr
    }
  }
}
