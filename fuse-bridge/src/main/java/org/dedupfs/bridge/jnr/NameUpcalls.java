package org.dedupfs.bridge.jnr;

import static com.kenai.jffi.Type.POINTER;
import static com.kenai.jffi.Type.SLONG_LONG;
import static com.kenai.jffi.Type.UINT;
import static com.kenai.jffi.Type.ULONG;
import static org.dedupfs.bridge.jnr.StructLayouts.OPERATIONS;

import com.kenai.jffi.Closure;
import java.io.IOException;
import java.util.Arrays;
import org.dedupfs.bridge.Operations;

/** The functions that make, remove and resolve names. */
final class NameUpcalls {
  private final Operations operations;

  NameUpcalls(Operations operations) {
    this.operations = operations;
  }

  void addTo(OperationTable table) {
    table.add("readlink", OPERATIONS.readlink, this::readlink, POINTER, POINTER, ULONG);
    table.add("mknod", OPERATIONS.mknod, this::mknod, POINTER, UINT, ULONG);
    table.add("mkdir", OPERATIONS.mkdir, this::mkdir, POINTER, UINT);
    table.add("unlink", OPERATIONS.unlink, this::unlink, POINTER);
    table.add("rmdir", OPERATIONS.rmdir, this::rmdir, POINTER);
    table.add("symlink", OPERATIONS.symlink, this::symlink, POINTER, POINTER);
    table.add("rename", OPERATIONS.rename, this::rename, POINTER, POINTER);
    table.add("link", OPERATIONS.link, this::link, POINTER, POINTER);
    table.add("truncate", OPERATIONS.truncate, this::truncate, POINTER, SLONG_LONG);
  }

  private static byte[] path(Closure.Buffer arguments, int index) {
    return NativeMemory.string(arguments.getAddress(index));
  }

  private int readlink(ServedRequest request, Closure.Buffer arguments) throws IOException {
    byte[] target = operations.readlink(request, path(arguments, 0));
    long room = arguments.getLong(2) - 1;
    byte[] terminated = Arrays.copyOf(target, (int) Math.min(target.length, room) + 1);
    terminated[terminated.length - 1] = 0;
    NativeMemory.put(arguments.getAddress(1), terminated);
    return 0;
  }

  private int mknod(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.mknod(request, path(arguments, 0), arguments.getInt(1), arguments.getLong(2));
    return 0;
  }

  private int mkdir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.mkdir(request, path(arguments, 0), S_IFDIR | arguments.getInt(1));
    return 0;
  }

  private int unlink(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.unlink(request, path(arguments, 0));
    return 0;
  }

  private int rmdir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.rmdir(request, path(arguments, 0));
    return 0;
  }

  private int symlink(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.symlink(request, path(arguments, 0), path(arguments, 1));
    return 0;
  }

  private int rename(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.rename(request, path(arguments, 0), path(arguments, 1));
    return 0;
  }

  private int link(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.link(request, path(arguments, 0), path(arguments, 1));
    return 0;
  }

  private int truncate(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.truncate(request, path(arguments, 0), arguments.getLong(1));
    return 0;
  }

  /** libfuse leaves the type out where only one is possible. */
  private static final int S_IFDIR = 0040000;
}
