package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.NativeMemory.IO;

import com.kenai.jffi.Library;

/**
 * Ends a thread's wait for the kernel, which nothing else does while the connection lives. It is
 * the signal by which the JDK ends waits of its own, and does nothing by itself.
 */
final class WakeUpSignal {
  // struct sigaction: handler, mask of 1024 bits, flags
  private static final int ACTION_FLAGS = 136;
  private static final int ACTION_BYTES = 152;
  private static final int SA_RESTART = 0x10000000;
  private static final long SIG_DFL = 0;
  private static final long SIG_IGN = 1;

  private final SystemCalls system;
  private final int signal;

  private WakeUpSignal(SystemCalls system, int signal) {
    this.system = system;
    this.signal = signal;
  }

  /** Prepares it: as long as nobody handles it, it would end the process. */
  static WakeUpSignal prepare(Natives natives) throws MountException {
    SystemCalls system = natives.system();
    int signal = system.__libc_current_sigrtmax() - 2;
    long action = NativeMemory.allocate(ACTION_BYTES);
    try {
      boolean known = system.sigaction(signal, 0, action) == 0;
      long handler = IO.getAddress(action);
      int flags = IO.getInt(action + ACTION_FLAGS);
      if (known && (handler == SIG_DFL || handler == SIG_IGN || (flags & SA_RESTART) != 0)) {
        IO.setMemory(action, ACTION_BYTES, (byte) 0);
        // The handler: takes an int, touches nothing. Java could not run in one.
        IO.putAddress(action, Library.getDefault().getSymbolAddress("abs"));
        known = system.sigaction(signal, action, 0) == 0;
      }
      if (!known) {
        throw new MountException("signal " + signal + " cannot be handled", false, null);
      }
      return new WakeUpSignal(system, signal);
    } finally {
      NativeMemory.free(action);
    }
  }

  /** The calling thread, for {@link #send}. */
  long self() {
    return system.pthread_self();
  }

  /**
   * @param thread one that still runs
   */
  void send(long thread) {
    int unused = system.pthread_kill(thread, signal);
  }
}
