@NullMarked
package org.dedupfs.tree;

import org.jspecify.annotations.NullMarked;
