/** The {@code dedupfs} command. */
@NullMarked
package org.dedupfs.command;

import org.jspecify.annotations.NullMarked;
