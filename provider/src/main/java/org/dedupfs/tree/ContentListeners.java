package org.dedupfs.tree;

import java.io.Closeable;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dedupfs.ContentListener;
import org.dedupfs.metadata.InodeNumber;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to know of changed bytes. Safe for any number of threads; one volatile read if none.
 */
final class ContentListeners {
  private final List<Registration> registrations = new CopyOnWriteArrayList<>();

  /** One per call: the same listener may be there twice. */
  private static final class Registration {
    private final ContentListener listener;

    Registration(ContentListener listener) {
      this.listener = listener;
    }
  }

  Closeable add(ContentListener listener) {
    Registration registration = new Registration(listener);
    registrations.add(registration);
    return () -> registrations.remove(registration);
  }

  /** After a change, outside of all locks. */
  void changed(InodeNumber inode, @Nullable Object origin) {
    for (Registration registration : registrations) {
      registration.listener.changed(inode.value(), origin);
    }
  }
}
