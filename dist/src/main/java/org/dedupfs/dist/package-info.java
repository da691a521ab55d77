/** What the build of the distribution needs; nothing of it is distributed. */
@NullMarked
package org.dedupfs.dist;

import org.jspecify.annotations.NullMarked;
