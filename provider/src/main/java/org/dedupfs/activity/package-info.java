/**
 * What an open store is counted by and watched with: {@link org.dedupfs.activity.Activity} has the
 * counters, the other types tell the JDK's flight recorder of single events. Below all layers, and
 * knows none of them. No locks.
 *
 * <p>The recorder may be missing (module {@code jdk.jfr} is optional), so types that extend its own
 * are touched only where {@link org.dedupfs.activity.FlightRecorder#IS_THERE} says so: a class that
 * only names them in fields and methods is linked without them.
 */
@NullMarked
package org.dedupfs.activity;

import org.jspecify.annotations.NullMarked;
