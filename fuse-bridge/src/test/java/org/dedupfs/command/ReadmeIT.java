package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Runs every command that the README shows, in its order, as it stands there but for where things
 * are: what a reader has at {@code /srv/store}, {@code /home}, {@code /mnt} and {@code /tmp} is in
 * a directory of the test, {@code /sbin} and {@code /etc/fstab} are those of a mount namespace. A
 * command of a kind that this class does not know fails.
 */
final class ReadmeIT extends MountFixture {
  private static final Pattern IN_TEXT =
      Pattern.compile("`((?:eval \"\\$\\()?\\./dedupfs [^`\n]+)`");

  /** Commands of which other tests run what the README says, for they build or install. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("(mvn|apt|sudo apt|apt-get|sudo apt-get|tar|dist/|\\./dedupfs-|dedupfs ).*");

  /** What a reader has before, and what makes calls for things of last week mean something. */
  private static final String BEFORE =
      """
      sbin=$(readlink -f /sbin)
      mkdir "$D/sbin"
      mount --bind "$sbin" "$D/sbin"
      mount -t tmpfs none "$sbin"
      ln -s "$D"/sbin/* "$sbin"
      touch "$D/fstab"
      mount --bind "$D/fstab" /etc/fstab
      mkdir -p "$D/home/me" "$D/srv" "$D/tmp"
      echo remember > "$D/home/me/notes.txt"
      head -c 300000 /dev/urandom > "$D/home/me/picture"
      cp "$D/home/me/picture" "$D/home/me/copy"
      cd "$R"
      """;

  /** After the line that begins so. */
  private static final String AFTER_CREATE =
      "./dedupfs mkdir \"$D/srv/store\" /2026-11-21; ./dedupfs import -q \"$D/srv/store\" \"$D/home/me\""
          + " --into /2026-11-21";

  private static List<String> commands(String readme) {
    List<String> commands = new ArrayList<>();
    String fence = "";
    for (String line : readme.lines().toList()) {
      if (line.startsWith("```")) {
        fence = fence.isEmpty() ? line : "";
      } else if (fence.equals("```") && !line.isBlank()) {
        commands.add(line);
      }
    }
    Matcher texts = IN_TEXT.matcher(readme);
    while (texts.find()) {
      commands.add(texts.group(1));
    }
    return commands;
  }

  /** The line of a script that runs one command of the README, or gives a line to fstab. */
  private static String scripted(String command) {
    String line = command.replaceFirst("\\s+# .*", "").replaceAll("\\s+", " ").strip();
    if (line.startsWith("/srv/store /mnt fuse.dedup ")) {
      return "echo '"
          + command.replace("/srv/store", "'\"$D\"'/srv/store").replace(" /mnt", " '\"$D\"'/mnt")
          + "' > /etc/fstab; mount \"$D/mnt\"; ls \"$D/mnt\"; umount \"$D/mnt\"";
    }
    if (line.startsWith("ln -s \"$PWD/")) {
      return line;
    }
    if (line.startsWith("eval \"$(./dedupfs completion bash)\"")) {
      return "bash -ec '" + line + "; complete -p dedupfs'";
    }
    if (line.matches("cp -r /home/\\S+ /tmp/\\S+")) {
      return line.replaceAll(" (/\\S+)", " \"\\$D\"$1");
    }
    assertThat(line).as("a command of the README that no test runs").startsWith("./dedupfs ");
    if (line.equals("./dedupfs demo")) {
      return line + " \"$D/home\""; // else it takes the files of the JDK
    }
    if (line.equals("./dedupfs benchmark --quick")) {
      return line
          + " --only write-duplicate-fixed --size 8M --rounds 1 --store \"$D/tmp\""
          + " --output \"$D/tmp/results\"";
    }
    return placed(line.replace("[VERB]", "import").replace("VERB", "import"));
  }

  private static String placed(String line) {
    List<String> words = new ArrayList<>(List.of(line.split(" ", -1)));
    int paths = 0;
    for (int i = 2; i < words.size(); i++) {
      String word = words.get(i);
      boolean isStore = word.equals("/srv/store") || word.equals("/mnt");
      boolean isHosts =
          words.get(1).equals("import") && paths > 0 && !words.get(i - 1).equals("--into");
      if (isStore || (isHosts && word.startsWith("/")) || word.startsWith("/tmp/")) {
        words.set(i, "\"$D\"" + word);
      }
      paths += word.startsWith("/") ? 1 : 0;
    }
    return String.join(" ", words);
  }

  @Test
  void every_command_does_what_it_says() throws Exception {
    Path root = Path.of("..").toRealPath();
    List<String> commands = commands(Files.readString(root.resolve("README.md")));
    StringBuilder script = new StringBuilder(BEFORE);
    int run = 0;
    for (String command : commands) {
      if (ELSEWHERE.matcher(command).matches()) {
        continue;
      }
      run++;
      String line = scripted(command);
      script.append("echo '-- ").append(run).append("'\n").append(line).append('\n');
      if (line.startsWith("./dedupfs create ")) {
        script.append(AFTER_CREATE).append('\n');
      }
    }
    assertThat(run).isGreaterThan(20);
    List<String> start =
        List.of(
            "env",
            "D=" + directory.toRealPath(),
            "R=" + root,
            "unshare",
            "-m",
            "sh",
            "-euc",
            script.toString());
    Outcome outcome = runApart(start);
    assertThat(outcome.exitCode())
        .as("%s%n%s%n%s", script, outcome.out(), outcome.err())
        .isEqualTo(ExitCode.DONE.number());
    assertThat(outcome.out()).contains("remember\n", "complete ", "IMPORT");
    assertThat(directory.resolve("tmp/restored/notes.txt")).hasContent("remember\n");
    assertThat(directory.resolve("tmp/results/index.html")).isNotEmptyFile();
    assertThat(mountsHere()).isEmpty();
    assertThat(ours()).isEmpty();
  }
}
