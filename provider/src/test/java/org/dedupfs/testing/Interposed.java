package org.dedupfs.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Puts a hook around an interface: to count calls, to fail some, or to do something in between. */
public final class Interposed {
  private Interposed() {}

  /** Runs before each call, on the thread that makes it; what it throws, the call throws. */
  @FunctionalInterface
  public interface Hook {
    void before(String method, Object[] arguments) throws Throwable;
  }

  private static final Object[] NONE = {};

  /** {@code target} behind a hook. */
  public static <T> T around(Class<T> type, T target, Hook hook) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              hook.before(method.getName(), arguments == null ? NONE : arguments);
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
