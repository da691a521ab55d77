package org.dedupfs.bridge.jnr;

import static com.kenai.jffi.Type.POINTER;
import static com.kenai.jffi.Type.SINT;
import static com.kenai.jffi.Type.UINT;
import static com.kenai.jffi.Type.ULONG;
import static org.dedupfs.bridge.jnr.StructLayouts.OPERATIONS;

import com.kenai.jffi.Closure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.ErrnoException;
import org.dedupfs.bridge.Operations;

/** The functions that read and change attributes by path, and the space of the file system. */
final class AttributeUpcalls {
  private final Operations operations;

  AttributeUpcalls(Operations operations) {
    this.operations = operations;
  }

  void addTo(OperationTable table) {
    table.add("getattr", OPERATIONS.getattr, this::getattr, POINTER, POINTER);
    table.add("chmod", OPERATIONS.chmod, this::chmod, POINTER, UINT);
    table.add("chown", OPERATIONS.chown, this::chown, POINTER, UINT, UINT);
    table.add("utimens", OPERATIONS.utimens, this::utimens, POINTER, POINTER);
    table.add("access", OPERATIONS.access, this::access, POINTER, SINT);
    table.add("statfs", OPERATIONS.statfs, this::statfs, POINTER, POINTER);
    table.add(
        "setxattr", OPERATIONS.setxattr, this::setxattr, POINTER, POINTER, POINTER, ULONG, SINT);
    table.add("getxattr", OPERATIONS.getxattr, this::getxattr, POINTER, POINTER, POINTER, ULONG);
    table.add("listxattr", OPERATIONS.listxattr, this::listxattr, POINTER, POINTER, ULONG);
    table.add("removexattr", OPERATIONS.removexattr, this::removexattr, POINTER, POINTER);
  }

  private static byte[] string(Closure.Buffer arguments, int index) {
    return NativeMemory.string(arguments.getAddress(index));
  }

  private int getattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    NativeStructs.put(arguments.getAddress(1), operations.getattr(request, string(arguments, 0)));
    return 0;
  }

  private int chmod(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.chmod(request, string(arguments, 0), arguments.getInt(1));
    return 0;
  }

  private int chown(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.chown(request, string(arguments, 0), arguments.getInt(1), arguments.getInt(2));
    return 0;
  }

  private int utimens(ServedRequest request, Closure.Buffer arguments) throws IOException {
    long times = arguments.getAddress(1);
    long now = NativeStructs.now();
    operations.utimens(
        request,
        string(arguments, 0),
        NativeStructs.time(times, now),
        NativeStructs.time(times + StructLayouts.TIME_BYTES, now));
    return 0;
  }

  private int access(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.access(request, string(arguments, 0), arguments.getInt(1));
    return 0;
  }

  private int statfs(ServedRequest request, Closure.Buffer arguments) throws IOException {
    NativeStructs.put(arguments.getAddress(1), operations.statfs(request));
    return 0;
  }

  private int setxattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    byte[] value = NativeMemory.bytes(arguments.getAddress(2), arguments.getLong(3));
    operations.setxattr(
        request, string(arguments, 0), string(arguments, 1), value, arguments.getInt(4));
    return 0;
  }

  private int getxattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    byte[] value = operations.getxattr(request, string(arguments, 0), string(arguments, 1));
    if (value == null) {
      throw new ErrnoException(Errno.ENODATA, "no such attribute");
    }
    return answer(value, arguments.getAddress(2), arguments.getLong(3));
  }

  private int listxattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (byte[] name : operations.listxattr(request, string(arguments, 0))) {
      list.writeBytes(name);
      list.write(0);
    }
    return answer(list.toByteArray(), arguments.getAddress(1), arguments.getLong(2));
  }

  /** With no room at all only the length is asked for. */
  private static int answer(byte[] value, long target, long roomBytes) throws ErrnoException {
    if (roomBytes == 0) {
      return value.length;
    }
    if (value.length > roomBytes) {
      throw new ErrnoException(Errno.ERANGE, value.length + " bytes do not fit in " + roomBytes);
    }
    NativeMemory.put(target, value);
    return value.length;
  }

  private int removexattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.removexattr(request, string(arguments, 0), string(arguments, 1));
    return 0;
  }
}
