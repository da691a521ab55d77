/**
 * What a run of the benchmark has found, and how it is shown: records without behaviour beyond
 * arithmetic, and one class for each form. Knows nothing of how it was measured.
 */
@NullMarked
package org.dedupfs.benchmarks.report;

import org.jspecify.annotations.NullMarked;
