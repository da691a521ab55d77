/**
 * The life of a mounted store: opening, mounting, serving, and the end that leaves nothing behind,
 * with what is needed to see from outside how such a mount is doing. Knows no command line. What is
 * mounted is found in {@code /proc} only: a look into a mount that hangs would hang too.
 */
@NullMarked
package org.dedupfs.mount;

import org.jspecify.annotations.NullMarked;
