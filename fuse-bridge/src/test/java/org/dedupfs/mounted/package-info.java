/**
 * Proof that a mounted store is a file system like any other: system calls case by case, random
 * ones beside the kernel's own, programs that people use. The store is served by a process of its
 * own, always; these tests are its clients.
 */
@NullMarked
package org.dedupfs.mounted;

import org.jspecify.annotations.NullMarked;
