package org.dedupfs.command;

import java.net.URI;
import java.nio.file.Path;
import org.dedupfs.ByteNames;
import org.dedupfs.host.HostPath;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A path of the host on the command line: as such, with {@link RawArguments} exact for all bytes,
 * or as a {@code file:} URI.
 */
public final class HostArgument implements ITypeConverter<HostArgument.Location> {
  /**
   * Where it is.
   *
   * @param contents whether what is in it is meant, not itself
   */
  public record Location(Path path, boolean contents) {}

  @Override
  public Location convert(String text) {
    try {
      boolean contents =
          text.endsWith("/")
              || text.equals(".")
              || text.equals("..")
              || text.endsWith("/.")
              || text.endsWith("/..");
      return new Location(path(text), contents);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /**
   * The path that an argument names.
   *
   * @throws IllegalArgumentException if it names none
   */
  public static Path path(String text) {
    if (text.startsWith("file:")) {
      return Path.of(URI.create(text));
    }
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty path names nothing");
    }
    return HostPath.usable(HostPath.of(ByteNames.toBytes(text)));
  }
}
