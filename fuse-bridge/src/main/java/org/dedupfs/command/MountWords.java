package org.dedupfs.command;

import java.util.Iterator;
import java.util.stream.Stream;

/** What may stand after {@code -o} of a mount, the usual words of it; made by picocli. */
final class MountWords implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return Stream.of(
            "ro",
            "rw",
            "allow_other",
            "allow_root",
            "nonempty",
            "suid",
            "dev",
            "noexec",
            "uid=",
            "gid=",
            "umask=",
            "sync",
            "nosync",
            "noatime",
            "strictatime",
            "commit=",
            "nogc",
            "verify-writes",
            "durability=",
            "memory=",
            "gc=")
        .iterator();
  }
}
