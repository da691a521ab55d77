@NullMarked
package org.dedupfs.store;

import org.jspecify.annotations.NullMarked;
