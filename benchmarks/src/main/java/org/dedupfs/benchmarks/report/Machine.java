package org.dedupfs.benchmarks.report;

/**
 * Where it was measured.
 *
 * @param processor its name, and whether it has instructions for SHA-256, on which ratios depend
 * @param cores that this process may use
 * @param memoryBytes of the machine
 * @param fileSystem type of what the stores lay on
 * @param load how many threads wanted to run when it began, on average over a minute
 */
public record Machine(
    String processor,
    boolean shaInstructions,
    int cores,
    long memoryBytes,
    String kernel,
    String java,
    String fileSystem,
    double load) {}
