package org.dedupfs.maintenance;

import java.io.IOException;

/** Where findings go. */
@FunctionalInterface
interface FindingSink {
  void found(Finding finding) throws IOException;
}
