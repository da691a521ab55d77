package org.dedupfs;

import java.nio.file.Path;

/** An option that was fixed when the store was created was given with another value. */
public final class StoreOptionMismatchException extends StoreException {
  private static final long serialVersionUID = 1L;

  private final String option;
  private final String recorded;
  private final String given;

  public StoreOptionMismatchException(Path store, String option, String recorded, String given) {
    super(
        store,
        store
            + " was created with "
            + option
            + "="
            + recorded
            + ", which is fixed; leave the option out, or import into a new store made with "
            + option
            + "="
            + given,
        null);
    this.option = option;
    this.recorded = recorded;
    this.given = given;
  }

  public String option() {
    return option;
  }

  public String recorded() {
    return recorded;
  }

  public String given() {
    return given;
  }
}
