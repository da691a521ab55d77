/** What the verb of this module does as part of the command, whose package this therefore is. */
@NullMarked
package org.dedupfs.command;

import org.jspecify.annotations.NullMarked;
