package org.dedupfs.bridge.jnr;

import com.kenai.jffi.Closure;
import java.io.IOException;

/** Answers one of the functions of {@code struct fuse_operations}. */
@FunctionalInterface
interface Upcall {
  /**
   * @param arguments of the function in their order
   * @return what the function returns if it succeeds, not negative
   */
  int answer(ServedRequest request, Closure.Buffer arguments) throws IOException;
}
