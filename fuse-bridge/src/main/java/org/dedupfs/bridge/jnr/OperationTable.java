package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.StructLayouts.FLAG_NOPATH;
import static org.dedupfs.bridge.jnr.StructLayouts.FLAG_NULLPATH_OK;
import static org.dedupfs.bridge.jnr.StructLayouts.FLAG_UTIME_OMIT_OK;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Closure;
import com.kenai.jffi.ClosureManager;
import com.kenai.jffi.Type;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.BaseStruct;
import org.dedupfs.bridge.Operations;

/**
 * A {@code struct fuse_operations} whose functions are {@link Operations}. Left empty are: lock and
 * flock, so that the kernel keeps locks itself and a close needs no call more; init and destroy,
 * for a mount knows better when it begins and ends.
 */
final class OperationTable implements AutoCloseable {
  private final FailureLog failures = new FailureLog();
  private final List<Closure.Handle> closures = new ArrayList<>();
  private final long head = NativeMemory.allocate(StructLayouts.IN_BYTES);
  private final long address = NativeMemory.allocate(StructLayouts.operationsBytes());
  private final ServedRequest noRequest = ServedRequest.none(head);

  static OperationTable of(Operations operations) {
    OperationTable table = new OperationTable();
    new NameUpcalls(operations).addTo(table);
    new AttributeUpcalls(operations).addTo(table);
    new FileUpcalls(operations).addTo(table);
    new DirectoryUpcalls(operations).addTo(table);
    NativeMemory.IO.putInt(
        table.address + StructLayouts.OPERATIONS_FLAGS,
        FLAG_NULLPATH_OK | FLAG_NOPATH | FLAG_UTIME_OMIT_OK);
    return table;
  }

  long address() {
    return address;
  }

  /** Has libfuse call {@code upcall}, which returns an int. */
  void add(String name, BaseStruct.Func<?> member, Upcall upcall, Type... parameters) {
    CallContext context =
        CallContext.getCallContext(Type.SINT, parameters, CallingConvention.DEFAULT, false);
    Closure.Handle handle =
        ClosureManager.getInstance()
            .newClosure(new GuardedUpcall(name, upcall, failures, noRequest), context);
    closures.add(handle);
    NativeMemory.IO.putAddress(address + member.offset(), handle.getAddress());
  }

  /** Once libfuse knows it no more. */
  @Override
  public void close() {
    closures.forEach(Closure.Handle::dispose);
    closures.clear();
    NativeMemory.free(address);
    NativeMemory.free(head);
  }
}
