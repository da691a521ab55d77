package org.dedupfs.bridge.jnr;

import static com.kenai.jffi.Type.POINTER;
import static com.kenai.jffi.Type.SINT;
import static com.kenai.jffi.Type.SLONG_LONG;
import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.OPERATIONS;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Closure;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import java.io.IOException;
import org.dedupfs.bridge.DirectoryFiller;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.jnr.StructLayouts.Stat;

/** The functions of open directories. */
final class DirectoryUpcalls {
  private static final int NAME_MAX_BYTES = 255;

  private static final CallContext FILL =
      CallContext.getCallContext(
          Type.SINT,
          new Type[] {POINTER, POINTER, POINTER, SLONG_LONG},
          CallingConvention.DEFAULT,
          false);

  private final Operations operations;

  DirectoryUpcalls(Operations operations) {
    this.operations = operations;
  }

  void addTo(OperationTable table) {
    table.add("opendir", OPERATIONS.opendir, this::opendir, POINTER, POINTER);
    table.add(
        "readdir",
        OPERATIONS.readdir,
        this::readdir,
        POINTER,
        POINTER,
        POINTER,
        SLONG_LONG,
        POINTER);
    table.add("releasedir", OPERATIONS.releasedir, this::releasedir, POINTER, POINTER);
    table.add("fsyncdir", OPERATIONS.fsyncdir, this::fsyncdir, POINTER, SINT, POINTER);
  }

  private int opendir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    long handle = operations.opendir(request, NativeMemory.string(arguments.getAddress(0)));
    IO.putLong(arguments.getAddress(1) + StructLayouts.INFO_FH, handle);
    return 0;
  }

  private int readdir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    long buffer = arguments.getAddress(1);
    long fill = arguments.getAddress(2);
    long entry = NativeMemory.allocate(Stat.BYTES + NAME_MAX_BYTES + 1);
    try {
      DirectoryFiller filler =
          (name, ino, mode, offset) -> {
            if (name.length > NAME_MAX_BYTES || offset <= 0) {
              throw new IllegalArgumentException(name.length + " bytes at " + offset);
            }
            long text = entry + Stat.BYTES;
            NativeMemory.put(text, name);
            IO.putByte(text + name.length, (byte) 0);
            IO.putLong(entry + Stat.INO, ino);
            IO.putInt(entry + Stat.MODE, mode);
            return (int) Invoker.getInstance().invokeN4(FILL, fill, buffer, text, entry, offset)
                == 0;
          };
      operations.readdir(request, FileUpcalls.handle(arguments, 4), arguments.getLong(3), filler);
    } finally {
      NativeMemory.free(entry);
    }
    return 0;
  }

  private int releasedir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.releasedir(request, FileUpcalls.handle(arguments, 1));
    return 0;
  }

  private int fsyncdir(ServedRequest request, Closure.Buffer arguments) throws IOException {
    operations.fsyncdir(request, FileUpcalls.handle(arguments, 2));
    return 0;
  }
}
