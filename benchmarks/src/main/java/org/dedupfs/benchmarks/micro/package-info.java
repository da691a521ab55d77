/** JMH benchmarks of single steps. */
@NullMarked
package org.dedupfs.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
