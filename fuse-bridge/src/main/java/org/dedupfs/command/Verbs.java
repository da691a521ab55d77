package org.dedupfs.command;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;

/**
 * The verbs in the order in which {@code --help} lists them. A new verb is a class with
 * {@code @Command} that implements {@code Callable<Integer>}, and one line here; those of other
 * jars come last, see {@link VerbProvider}.
 */
final class Verbs {
  private static final Map<String, Class<?>> BY_NAME = byName();

  private Verbs() {}

  private static Map<String, Class<?>> byName() {
    Map<String, Class<?>> verbs = new LinkedHashMap<>();
    verbs.put("create", CreateCommand.class);
    verbs.put("import", ImportCommand.class);
    verbs.put("export", ExportCommand.class);
    verbs.put("ls", LsCommand.class);
    verbs.put("cat", CatCommand.class);
    verbs.put("cp", CpCommand.class);
    verbs.put("mv", MvCommand.class);
    verbs.put("rm", RmCommand.class);
    verbs.put("mkdir", MkdirCommand.class);
    verbs.put("stats", StatsCommand.class);
    verbs.put("mount", MountCommand.class);
    verbs.put("umount", UmountCommand.class);
    verbs.put("gc", GcCommand.class);
    verbs.put("check", CheckCommand.class);
    verbs.put("scrub", ScrubCommand.class);
    verbs.put("repair", RepairCommand.class);
    verbs.put("demo", DemoCommand.class);
    verbs.put("completion", CompletionCommand.class);
    verbs.put("man", ManCommand.class);
    verbs.put("version", VersionCommand.class);
    return verbs;
  }

  /** The names, for a shell to offer; made by picocli. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return all().keySet().iterator();
    }
  }

  /** With those of other jars, for which the whole class path is searched. */
  private static Map<String, Class<?>> all() {
    Map<String, Class<?>> all = new LinkedHashMap<>(BY_NAME);
    for (VerbProvider provider : ServiceLoader.load(VerbProvider.class)) {
      all.putIfAbsent(provider.name(), provider.verb());
    }
    return all;
  }

  /** Whether this jar has it. */
  static boolean contains(String name) {
    return BY_NAME.containsKey(name);
  }

  /**
   * Adds the verb that the first argument names, or all of them if it names none: picocli reads
   * each command by reflection, which a script that calls one verb should not wait for.
   */
  static void addTo(CommandLine commandLine, String[] arguments) {
    if (arguments.length > 0 && contains(arguments[0])) {
      commandLine.addSubcommand(arguments[0], BY_NAME.get(arguments[0]));
      return;
    }
    Map<String, Class<?>> all = all();
    Class<?> verb = arguments.length > 0 ? all.get(arguments[0]) : null;
    if (verb == null) {
      all.forEach(commandLine::addSubcommand);
    } else {
      commandLine.addSubcommand(arguments[0], verb);
    }
  }
}
