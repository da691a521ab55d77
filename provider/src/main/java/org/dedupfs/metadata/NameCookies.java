package org.dedupfs.metadata;

/**
 * Where a name stands in its directory: a keyed 62-bit hash (SipHash-2-4), so that a reader can go
 * on from a 64-bit cookie whatever was inserted or removed in between, and nobody can choose names
 * that collide. Cookies are at least 16; smaller ones are left for callers.
 */
public final class NameCookies {
  public NameCookies(long key0, long key1) {
    throw new UnsupportedOperationException();
  }

  public long cookie(FileName name) {
    throw new UnsupportedOperationException();
  }
}
