package org.dedupfs.tree;

import org.dedupfs.metadata.FileName;

/**
 * Is told what happens in a directory, by {@link Tree#watch}: of names in the order in which others
 * see it, on the thread that did it, within its change. So it must be quick, must not fail, and
 * must not call the tree.
 */
public interface DirectoryListener {
  /** A name has appeared, or stands for another file than before. */
  void created(FileName name);

  /** A name has gone. */
  void deleted(FileName name);

  /** The bytes or attributes of what a name stands for have changed. */
  void modified(FileName name);

  /** Something may have changed that cannot be told. */
  void lost();

  /** The directory itself was removed: nothing follows. */
  void gone();
}
