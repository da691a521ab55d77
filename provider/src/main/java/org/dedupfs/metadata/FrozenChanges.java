package org.dedupfs.metadata;

/** What one commit will contain: a prefix of history. Opaque. */
public final class FrozenChanges {
  FrozenChanges() {}
}
