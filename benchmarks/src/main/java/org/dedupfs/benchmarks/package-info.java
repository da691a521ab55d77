/** What it costs: benchmarks and ratios against the plain JDK. */
@NullMarked
package org.dedupfs.benchmarks;

import org.jspecify.annotations.NullMarked;
