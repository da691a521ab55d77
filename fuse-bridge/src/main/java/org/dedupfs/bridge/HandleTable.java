package org.dedupfs.bridge;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers for what is open, never used twice. */
final class HandleTable<T> {
  private final ConcurrentHashMap<Long, T> table = new ConcurrentHashMap<>();
  private final AtomicLong last = new AtomicLong();

  long add(T opened) {
    long handle = last.incrementAndGet();
    table.put(handle, opened);
    return handle;
  }

  T get(long handle) throws ErrnoException {
    T opened = table.get(handle);
    if (opened == null) {
      throw new ErrnoException(Errno.EBADF, "handle " + handle + " is not open");
    }
    return opened;
  }

  T remove(long handle) throws ErrnoException {
    T opened = table.remove(handle);
    if (opened == null) {
      throw new ErrnoException(Errno.EBADF, "handle " + handle + " is not open");
    }
    return opened;
  }

  Collection<T> all() {
    return table.values();
  }
}
