/** What users unpack or install, tried as they would. */
@NullMarked
package org.dedupfs.dist;

import org.jspecify.annotations.NullMarked;
