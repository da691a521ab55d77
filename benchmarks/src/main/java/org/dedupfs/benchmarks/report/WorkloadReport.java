package org.dedupfs.benchmarks.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one workload gave.
 *
 * @param name as {@code --only} takes it
 * @param door how the store was used: {@code Java API} or {@code mount}
 * @param title what is done, in a few words
 * @param unit what is counted
 * @param figures dedupfs first
 * @param comparisons at least one
 * @param residentBytes the most memory that the process with the store had resident meanwhile
 * @param tookSeconds with all that was prepared for it
 * @param space null where nothing is written
 * @param notes what the reader should know
 */
public record WorkloadReport(
    String name,
    String door,
    String title,
    Unit unit,
    List<Figure> figures,
    List<Comparison> comparisons,
    long residentBytes,
    double tookSeconds,
    @Nullable Space space,
    List<String> notes) {
  public WorkloadReport {
    figures = List.copyOf(figures);
    comparisons = List.copyOf(comparisons);
    notes = List.copyOf(notes);
  }
}
