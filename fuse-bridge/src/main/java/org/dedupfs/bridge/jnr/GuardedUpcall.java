package org.dedupfs.bridge.jnr;

import com.kenai.jffi.Closure;

/**
 * What libfuse calls. Whatever is thrown ends here as an errno: an exception that escaped would
 * make the native function return 0, which is success.
 */
final class GuardedUpcall implements Closure {
  private final String name;
  private final Upcall upcall;
  private final FailureLog failures;
  private final ServedRequest noRequest;

  GuardedUpcall(String name, Upcall upcall, FailureLog failures, ServedRequest noRequest) {
    this.name = name;
    this.upcall = upcall;
    this.failures = failures;
    this.noRequest = noRequest;
  }

  @Override
  public void invoke(Buffer arguments) {
    int result;
    try {
      ServedRequest request =
          Thread.currentThread() instanceof ServingThread thread ? thread.request() : noRequest;
      result = upcall.answer(request, arguments);
    } catch (Throwable e) {
      result = -failures.number(name, e);
    }
    arguments.setIntReturn(result);
  }
}
