package org.dedupfs.command;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A manual page, for {@code man}, of what {@code --help} says: of one verb, or of the command with
 * all that is common to its verbs. Not safe for several threads.
 */
final class ManualPage {
  static final String SECTION = "1";

  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][\\w-]*");

  private final CommandLine root;
  private final CommandLine command;
  private final StringBuilder page = new StringBuilder();

  private ManualPage(CommandLine root, CommandLine command) {
    this.root = root;
    this.command = command;
  }

  /** As {@code dedupfs-import}. */
  static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName("-");
  }

  /** Of the command itself, or of one of the verbs of {@code root}. */
  static String of(CommandLine root, CommandLine command) {
    return new ManualPage(root, command).write();
  }

  private String write() {
    String title = name(command).toUpperCase(Locale.ROOT);
    line(".TH " + quoted(title) + " " + SECTION + " \"\" " + quoted(Version.line()) + " DedupFS");
    // Not hyphenated, and ragged: names and options stay what they are.
    line(".nh");
    line(".ad l");
    section("NAME");
    line(escape(name(command)) + " \\- " + escape(lowerCase(phrase())));
    boolean verb = command.getParent() != null;
    section("SYNOPSIS");
    line(".B " + escape(command.getCommandSpec().qualifiedName()));
    line(synopsis(verb));
    section("DESCRIPTION");
    describe(verb);
    if (verb) {
      arguments();
    } else {
      verbs();
    }
    options();
    if (!verb) {
      line(ManualText.STORES.strip());
      line(ManualText.STORE_OPTIONS.strip());
      line(ManualText.ENVIRONMENT.strip());
    }
    exitCodes();
    examples(verb);
    section("SEE ALSO");
    line(
        all(root).stream()
            .map(ManualPage::name)
            .filter(other -> !other.equals(name(command)))
            .sorted()
            .map(other -> bold(other) + "(" + SECTION + ")")
            .collect(Collectors.joining(",\n")));
    return page.toString();
  }

  private CommandSpec spec() {
    return command.getCommandSpec();
  }

  private String phrase() {
    return Completable.phrase(spec());
  }

  private String synopsis(boolean verb) {
    if (!verb) {
      return "\\fIVERB\\fR [\\fIOPTIONS\\fR] \\fISTORE\\fR ...";
    }
    String operands =
        spec().positionalParameters().stream()
            .map(positional -> marked(shape(positional)))
            .collect(Collectors.joining(" "));
    return "[\\fIOPTIONS\\fR] " + operands;
  }

  /** A label as {@code --help} shows it: {@code [PATH...]}. */
  private static String shape(ArgSpec positional) {
    String label = positional.paramLabel();
    if (positional.hideParamSyntax()) {
      return label;
    }
    String shape = positional.arity().max() > 1 ? label + "..." : label;
    return positional.arity().min() == 0 ? "[" + shape + "]" : shape;
  }

  private void describe(boolean verb) {
    if (!verb) {
      line(ManualText.DESCRIPTION.strip());
      return;
    }
    String[] description = spec().usageMessage().description();
    if (description.length == 0) {
      line(prose(phrase() + "."));
    }
    for (String paragraph : description) {
      line(paragraph.isEmpty() ? ".PP" : prose(Completable.text(paragraph)));
    }
  }

  private void verbs() {
    section("VERBS");
    line("Each has a page of its own.");
    line(".PP");
    line(".PD 0");
    for (CommandLine verb : Completable.verbs(root)) {
      line(".TP 12");
      line(bold(verb.getCommandName()));
      line(prose(Completable.phrase(verb.getCommandSpec()) + "."));
    }
    line(".PD");
  }

  private void arguments() {
    if (spec().positionalParameters().isEmpty()) {
      return;
    }
    section("ARGUMENTS");
    spec()
        .positionalParameters()
        .forEach(each -> entry(marked(shape(each)), prose(Completable.text(each.description()))));
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : Completable.options(command)) {
      entry(heading(option), prose(Completable.text(option.description())));
    }
  }

  /** As {@code -o, --option=KEY=VALUE}. */
  private static String heading(OptionSpec option) {
    String names =
        Stream.of(option.names()).map(ManualPage::bold).collect(Collectors.joining(", "));
    if (!Completable.takesValue(option)) {
      return names;
    }
    String value = "\\fI" + escape(option.paramLabel()) + "\\fR";
    if (!Completable.needsValue(option)) {
      return names + "[=" + value + "]";
    }
    return names + (option.longestName().startsWith("--") ? "=" : " ") + value;
  }

  private void exitCodes() {
    section("EXIT STATUS");
    line(".PD 0");
    root.getCommandSpec()
        .usageMessage()
        .exitCodeList()
        .forEach((code, meaning) -> entry(bold(code.strip()), prose(meaning)));
    line(".PD");
  }

  private void examples(boolean verb) {
    UsageMessageSpec usage = spec().usageMessage();
    if (usage.footer().length == 0) {
      return;
    }
    section("EXAMPLES");
    line(".nf");
    for (String each : usage.footer()) {
      if (verb || each.startsWith(" ")) {
        line(guarded(escape(String.format(Locale.ROOT, each))));
      }
    }
    line(".fi");
  }

  private void section(String title) {
    line(".SH " + quoted(title));
  }

  /** {@code heading} is marked up already, and so is {@code text}. */
  private void entry(String heading, String text) {
    line(".TP");
    line(heading);
    line(text);
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  /** Running text with what the user types in bold and what stands for something in italics. */
  private String prose(String text) {
    String marked = OPTION.matcher(escapeKeepingMinus(text)).replaceAll("\\\\fB$0\\\\fR");
    return guarded(marked(marked).replace("-", "\\-"));
  }

  /** With the labels of this command in italics. */
  private String marked(String text) {
    String labels =
        Stream.concat(spec().positionalParameters().stream(), Completable.options(command).stream())
            .flatMap(each -> Stream.of(each.paramLabel().split("[^A-Z]+")))
            .filter(label -> label.length() > 1)
            .distinct()
            .collect(Collectors.joining("|"));
    String all = labels.isEmpty() ? "STORE" : labels;
    Matcher label = Pattern.compile("(?<![\\w\\\\])(" + all + ")(?!\\w)").matcher(text);
    return label.replaceAll("\\\\fI$1\\\\fR");
  }

  private static String bold(String text) {
    return "\\fB" + escape(text) + "\\fR";
  }

  /** A minus is a minus here, so that options can be copied from the page. */
  private static String escape(String text) {
    return escapeKeepingMinus(text).replace("-", "\\-");
  }

  private static String escapeKeepingMinus(String text) {
    return text.replace("\\", "\\e");
  }

  /** A line of text that must not be taken for a request. */
  private static String guarded(String line) {
    return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\\(dq").replace("-", "\\-") + '"';
  }

  private static String lowerCase(String phrase) {
    return phrase.substring(0, 1).toLowerCase(Locale.ROOT) + phrase.substring(1);
  }

  /** All pages of the command: itself, then its verbs. */
  static List<CommandLine> all(CommandLine root) {
    return Stream.concat(Stream.of(root), Completable.verbs(root).stream()).toList();
  }
}
