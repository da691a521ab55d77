package org.dedupfs.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.DedupFileSystem;

/** Where things go that are moved or copied inside a store. */
final class Targets {
  private Targets() {}

  /** The target of each source; the last of {@code paths} says where. */
  static Map<Path, Path> of(StoreArgument store, DedupFileSystem open, List<String> paths)
      throws IOException, CommandException {
    int last = paths.size() - 1;
    Path destination = store.resolve(open, paths.get(last));
    boolean into = Files.isDirectory(destination);
    if (last > 1 && !into) {
      throw new NotDirectoryException(destination.toString());
    }
    Path parent = destination.getParent();
    if (!into && parent != null && !Files.isDirectory(parent)) {
      throw new NoSuchFileException(parent.toString());
    }
    Map<Path, Path> targets = new LinkedHashMap<>();
    for (String each : paths.subList(0, last)) {
      Path source = store.resolve(open, each);
      Path name = source.getFileName();
      if (name == null) {
        throw new CommandException(ExitCode.FAILED, "the root of a store stays where it is");
      }
      Path target = into ? destination.resolve(name) : destination;
      if (targets.containsValue(target)) {
        throw new CommandException(
            ExitCode.USAGE, "two of them would become " + ShownName.of(target.toString()));
      }
      targets.put(source, target);
    }
    return targets;
  }
}
