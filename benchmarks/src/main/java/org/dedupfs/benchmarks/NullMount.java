package org.dedupfs.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.dedupfs.bridge.jnr.FuseMount;
import org.dedupfs.bridge.jnr.FuseMountOptions;
import org.dedupfs.mount.MountRequest;

/**
 * Mounts {@link NullOperations} on our own bridge, with the options of a mounted store, until it is
 * unmounted. The process that the benchmark starts. Argument: the mount point.
 */
public final class NullMount {
  private NullMount() {}

  public static void main(String[] arguments) throws Exception {
    FuseMountOptions options =
        new FuseMountOptions(
            MountRequest.DEFAULT_REQUESTS, List.of("fsname=null", "subtype=dedup-null"));
    try (FuseMount mount = FuseMount.mount(new NullOperations(), Path.of(arguments[0]), options)) {
      mount.awaitEnd();
    }
  }
}
