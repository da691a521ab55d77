/**
 * What both stores ask the disk they lie on. Depends on nothing; {@code metadata} and {@code
 * blocks} use it.
 */
@NullMarked
package org.dedupfs.disk;

import org.jspecify.annotations.NullMarked;
