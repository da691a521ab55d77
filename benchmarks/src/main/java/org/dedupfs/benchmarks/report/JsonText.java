package org.dedupfs.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dedupfs.benchmarks.report.RunReport.Skipped;
import org.jspecify.annotations.Nullable;

/**
 * A run as JSON, for programs that compare runs; {@code benchmarks/README.md} lists the fields.
 * Field names never change their meaning.
 */
public final class JsonText {
  private JsonText() {}

  /** The whole, one workload a line. */
  public static String of(RunReport run) {
    Machine machine = run.machine();
    return object(
            field("version", quoted(run.version())),
            field("sizes", quoted(run.sizes())),
            field("started", quoted(run.started().toString())),
            field("tookSeconds", number(run.tookSeconds())),
            field(
                "machine",
                object(
                    field("processor", quoted(machine.processor())),
                    field("shaInstructions", Boolean.toString(machine.shaInstructions())),
                    field("cores", Integer.toString(machine.cores())),
                    field("memoryBytes", Long.toString(machine.memoryBytes())),
                    field("kernel", quoted(machine.kernel())),
                    field("java", quoted(machine.java())),
                    field("fileSystem", quoted(machine.fileSystem())),
                    field("load", number(machine.load())))),
            field("residentBytes", Long.toString(run.residentBytes())),
            field("targets", Integer.toString(run.judged().size())),
            field("targetsMissed", Long.toString(run.missed())),
            field("skipped", array(run.skipped(), JsonText::skipped)),
            field("workloads", array(run.workloads(), JsonText::workload)))
        + "\n";
  }

  private static String skipped(Skipped skipped) {
    return object(field("name", quoted(skipped.name())), field("reason", quoted(skipped.reason())));
  }

  private static String workload(WorkloadReport workload) {
    Space space = workload.space();
    return "\n"
        + object(
            field("name", quoted(workload.name())),
            field("door", quoted(workload.door())),
            field("title", quoted(workload.title())),
            field("unit", quoted(workload.unit().name().toLowerCase(Locale.ROOT))),
            field("residentBytes", Long.toString(workload.residentBytes())),
            field("tookSeconds", number(workload.tookSeconds())),
            space == null ? null : field("writtenBytes", Long.toString(space.writtenBytes())),
            space == null ? null : field("storedBytes", Long.toString(space.storedBytes())),
            field("figures", array(workload.figures(), each -> figure(each, workload.unit()))),
            field("comparisons", array(workload.comparisons(), JsonText::comparison)),
            field("notes", array(workload.notes(), JsonText::quoted)));
  }

  private static String figure(Figure figure, Unit unit) {
    return object(
        field("who", quoted(figure.who())),
        field("baseline", Boolean.toString(figure.baseline())),
        field("perSecond", spread(figure.perSecond())),
        field(unit == Unit.BYTES ? "cpuSecondsPerGB" : "cpuMicrosecondsEach", spread(figure.cpu())),
        field("rounds", Integer.toString(figure.rounds())));
  }

  private static String comparison(Comparison comparison) {
    Target target = comparison.target();
    return object(
        field("what", quoted(comparison.what())),
        field("value", spread(comparison.value())),
        target == null
            ? null
            : field(target.atMost() ? "atMost" : "atLeast", number(target.limit())),
        target == null ? null : field("met", Boolean.toString(comparison.isMet())));
  }

  private static String spread(Spread spread) {
    return object(
        field("median", number(spread.median())),
        field("least", number(spread.least())),
        field("greatest", number(spread.greatest())));
  }

  private static String object(@Nullable String... fields) {
    StringBuilder text = new StringBuilder("{");
    for (String field : fields) {
      if (field != null) {
        text.append(text.length() > 1 ? ", " : "").append(field);
      }
    }
    return text.append('}').toString();
  }

  private static <T> String array(List<T> items, Function<T, String> each) {
    return items.stream().map(each).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String field(String name, String value) {
    return quoted(name) + ": " + value;
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "null";
    }
    return String.format(Locale.ROOT, "%.6f", value);
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }
}
