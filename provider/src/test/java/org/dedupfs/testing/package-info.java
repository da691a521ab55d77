/** What tests of several packages share. */
@NullMarked
package org.dedupfs.testing;

import org.jspecify.annotations.NullMarked;
