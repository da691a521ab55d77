package org.dedupfs.metadata;

import java.util.Locale;

/** The values of all counters at one moment; immutable. */
record Totals(long files, long directories, long logicalBytes) {
  static final String PROPERTY_PREFIX = "counter.";
  static final Totals ZERO = new Totals(0, 0, 0);

  long of(Counter counter) {
    return switch (counter) {
      case FILES -> files;
      case DIRECTORIES -> directories;
      case LOGICAL_BYTES -> logicalBytes;
    };
  }

  Totals plus(Counter counter, long delta) {
    return switch (counter) {
      case FILES -> new Totals(files + delta, directories, logicalBytes);
      case DIRECTORIES -> new Totals(files, directories + delta, logicalBytes);
      case LOGICAL_BYTES -> new Totals(files, directories, logicalBytes + delta);
    };
  }

  Totals plus(Totals delta) {
    return new Totals(
        files + delta.files, directories + delta.directories, logicalBytes + delta.logicalBytes);
  }

  static String propertyName(Counter counter) {
    return PROPERTY_PREFIX + counter.name().toLowerCase(Locale.ROOT);
  }

  Property property(Counter counter) {
    return new Property(propertyName(counter), Long.toString(of(counter)));
  }
}
