package org.dedupfs.bridge.jnr;

import static com.kenai.jffi.Type.POINTER;
import static com.kenai.jffi.Type.SINT;
import static com.kenai.jffi.Type.SLONG_LONG;
import static com.kenai.jffi.Type.UINT;
import static com.kenai.jffi.Type.ULONG;
import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.INFO_BITS;
import static org.dedupfs.bridge.jnr.StructLayouts.INFO_BIT_DIRECT_IO;
import static org.dedupfs.bridge.jnr.StructLayouts.INFO_FH;
import static org.dedupfs.bridge.jnr.StructLayouts.INFO_FLAGS;
import static org.dedupfs.bridge.jnr.StructLayouts.INFO_WRITEPAGE;
import static org.dedupfs.bridge.jnr.StructLayouts.OPERATIONS;

import com.kenai.jffi.Closure;
import java.io.IOException;
import org.dedupfs.bridge.OpenedFile;
import org.dedupfs.bridge.Operations;

/** The functions of open files. The path is null in all but those that open. */
final class FileUpcalls {
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;

  private final Operations operations;

  FileUpcalls(Operations operations) {
    this.operations = operations;
  }

  void addTo(OperationTable table) {
    table.add("open", OPERATIONS.open, this::open, POINTER, POINTER);
    table.add("create", OPERATIONS.create, this::create, POINTER, UINT, POINTER);
    table.add("read", OPERATIONS.read, this::read, POINTER, POINTER, ULONG, SLONG_LONG, POINTER);
    table.add("write", OPERATIONS.write, this::write, POINTER, POINTER, ULONG, SLONG_LONG, POINTER);
    table.add("flush", OPERATIONS.flush, this::flush, POINTER, POINTER);
    table.add("release", OPERATIONS.release, this::release, POINTER, POINTER);
    table.add("fsync", OPERATIONS.fsync, this::fsync, POINTER, SINT, POINTER);
    table.add("ftruncate", OPERATIONS.ftruncate, this::ftruncate, POINTER, SLONG_LONG, POINTER);
    table.add("fgetattr", OPERATIONS.fgetattr, this::fgetattr, POINTER, POINTER, POINTER);
    table.add(
        "fallocate",
        OPERATIONS.fallocate,
        this::fallocate,
        POINTER,
        SINT,
        SLONG_LONG,
        SLONG_LONG,
        POINTER);
  }

  static long handle(Closure.Buffer arguments, int index) {
    return IO.getLong(arguments.getAddress(index) + INFO_FH);
  }

  private int open(ServedRequest request, Closure.Buffer arguments) throws IOException {
    long info = arguments.getAddress(1);
    byte[] path = NativeMemory.string(arguments.getAddress(0));
    return opened(info, operations.open(request, path, IO.getInt(info + INFO_FLAGS)));
  }

  private int create(ServedRequest request, Closure.Buffer arguments) throws IOException {
    long info = arguments.getAddress(2);
    byte[] path = NativeMemory.string(arguments.getAddress(0));
    int mode = arguments.getInt(1);
    int typed = (mode & S_IFMT) == 0 ? mode | S_IFREG : mode;
    return opened(info, operations.create(request, path, typed, IO.getInt(info + INFO_FLAGS)));
  }

  private static int opened(long info, OpenedFile file) {
    IO.putLong(info + INFO_FH, file.handle());
    if (file.directIo()) {
      IO.putInt(info + INFO_BITS, IO.getInt(info + INFO_BITS) | INFO_BIT_DIRECT_IO);
    }
    return 0;
  }

  private int read(ServedRequest request, Closure.Buffer arguments) throws IOException {
    int size = Math.toIntExact(arguments.getLong(2));
    int count =
        operations.read(
            request,
            handle(arguments, 4),
            request.target(arguments.getAddress(1), size),
            arguments.getLong(3));
    return checked(count, size);
  }

  private int write(ServedRequest request, Closure.Buffer arguments) throws IOException {
    int size = Math.toIntExact(arguments.getLong(2));
    long info = arguments.getAddress(4);
    int count =
        operations.write(
            request,
            IO.getLong(info + INFO_FH),
            request.source(arguments.getAddress(1), size),
            arguments.getLong(3),
            IO.getInt(info + INFO_FLAGS),
            IO.getInt(info + INFO_WRITEPAGE) != 0);
    return checked(count, size);
  }

  private static int checked(int count, int size) {
    if (count < 0 || count > size) {
      throw new IllegalStateException(count + " bytes of " + size);
    }
    return count;
  }

  private int flush(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.flush(request, handle(arguments, 1));
    return 0;
  }

  private int release(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.release(request, handle(arguments, 1));
    return 0;
  }

  private int fsync(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.fsync(request, handle(arguments, 2), arguments.getInt(1) != 0);
    return 0;
  }

  private int ftruncate(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.ftruncate(request, handle(arguments, 2), arguments.getLong(1));
    return 0;
  }

  private int fgetattr(ServedRequest request, Closure.Buffer arguments) throws IOException {
    NativeStructs.put(arguments.getAddress(1), operations.fgetattr(request, handle(arguments, 2)));
    return 0;
  }

  private int fallocate(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.fallocate(
        request,
        handle(arguments, 4),
        arguments.getInt(1),
        arguments.getLong(2),
        arguments.getLong(3));
    return 0;
  }
}
