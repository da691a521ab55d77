/**
 * What looks at a whole store while it is in use: mark and sweep, check and scrub. Knows the two
 * seams and the barrier of {@code content}; nothing below knows it. Holds no lock of others while
 * it reads: it takes the mutation lock only as any commit does.
 */
@NullMarked
package org.dedupfs.maintenance;

import org.jspecify.annotations.NullMarked;
