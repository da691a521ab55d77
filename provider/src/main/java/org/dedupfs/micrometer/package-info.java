/**
 * The figures of open stores as metrics of Micrometer, for those who have that library: {@link
 * org.dedupfs.micrometer.StoreMetrics}. Nothing else here needs it. Uses only the exported types of
 * the root package.
 */
@NullMarked
package org.dedupfs.micrometer;

import org.jspecify.annotations.NullMarked;
