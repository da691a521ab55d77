/**
 * A file system of {@code java.nio.file} as the kernel wants it: {@link
 * org.dedupfs.bridge.Operations} and what answers them. Knows the exported types of the provider
 * and, for other providers, plain {@code java.nio.file}; knows nothing of libfuse, which {@code
 * bridge.jnr} speaks.
 */
@NullMarked
package org.dedupfs.bridge;

import org.jspecify.annotations.NullMarked;
