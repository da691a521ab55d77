package org.dedupfs.command;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from the manifest of its jar. */
public final class Version implements IVersionProvider {
  /** For example {@code dedupfs 1.0}. */
  public static String line() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "dedupfs " + (version == null ? "(run from classes)" : version);
  }

  @Override
  public String[] getVersion() {
    return new String[] {line()};
  }
}
