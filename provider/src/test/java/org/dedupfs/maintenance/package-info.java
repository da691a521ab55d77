@NullMarked
package org.dedupfs.maintenance;

import org.jspecify.annotations.NullMarked;
