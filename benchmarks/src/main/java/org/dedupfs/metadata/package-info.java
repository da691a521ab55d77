/** JMH benchmarks of what the package of this name in the provider keeps to itself. */
@NullMarked
package org.dedupfs.metadata;

import org.jspecify.annotations.NullMarked;
