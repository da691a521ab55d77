package org.dedupfs.bridge.jnr;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dedupfs.bridge.Errno;
import org.dedupfs.bridge.ErrnoException;
import org.dedupfs.bridge.Operations;
import org.dedupfs.bridge.Request;

/** Passes calls on, or throws instead, or holds them up. */
final class FaultyOperations {
  private final Operations sound;
  private final Map<String, String> faults = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> thrown = new ConcurrentHashMap<>();
  private final CountDownLatch go = new CountDownLatch(1);
  private volatile String held = "";

  FaultyOperations(Operations sound) {
    this.sound = sound;
  }

  Operations operations() {
    return (Operations)
        Proxy.newProxyInstance(
            Operations.class.getClassLoader(),
            new Class<?>[] {Operations.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  /** What calls of {@code operation} throw from now on: a kind, or {@code none}. */
  void set(String operation, String kind) {
    if (kind.equals("none")) {
      faults.remove(operation);
    } else {
      thrown.remove(operation);
      faults.put(operation, kind);
    }
  }

  int thrown(String operation) {
    AtomicInteger count = thrown.get(operation);
    return count == null ? 0 : count.get();
  }

  void hold(String operation) {
    held = operation;
  }

  void letGo() {
    go.countDown();
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    if (name.equals(held)) {
      go.await();
    }
    String kind = faults.get(name);
    if (kind != null) {
      thrown.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
      if (kind.equals("taken")) {
        faults.remove(name);
        takeName(arguments);
      }
      fail(kind);
    }
    try {
      return method.invoke(sound, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Somebody else makes the file between the kernel's look-up and its CREATE. */
  private void takeName(Object[] arguments) throws IOException {
    sound.mknod((Request) arguments[0], (byte[]) arguments[1], (int) arguments[2], 0);
    throw new ErrnoException(Errno.ESTALE, "injected");
  }

  private static void fail(String kind) throws IOException {
    switch (kind) {
      case "runtime" -> throw new IllegalStateException("injected");
      case "io" -> throw new IOException("injected");
      case "assertion" -> throw new AssertionError("injected");
      case "stack" -> deeper(0);
      case "memory" -> throw new OutOfMemoryError(new long[Integer.MAX_VALUE].length + " fit");
      default -> throw new IllegalArgumentException(kind);
    }
  }

  @SuppressWarnings("InfiniteRecursion") // is the point
  private static int deeper(int depth) {
    return deeper(depth + 1) + 1;
  }
}
