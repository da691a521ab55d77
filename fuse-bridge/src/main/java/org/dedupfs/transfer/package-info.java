/**
 * Copies trees between the host and a store, in both directions, with all that {@code
 * java.nio.file} can keep. {@link org.dedupfs.transfer.TreeTransfer} does it; {@link
 * org.dedupfs.transfer.Side} is what differs between host and store; {@link
 * org.dedupfs.transfer.TreeComparison} says whether two trees are equal. Knows nothing of command
 * lines; used by {@code org.dedupfs.command}.
 */
@NullMarked
package org.dedupfs.transfer;

import org.jspecify.annotations.NullMarked;
