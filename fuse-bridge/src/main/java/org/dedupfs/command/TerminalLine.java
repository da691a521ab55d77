package org.dedupfs.command;

import java.io.PrintWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One line on the terminal that says how far something is; shown only where somebody can see it,
 * and after two seconds.
 */
public abstract class TerminalLine implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 2_000;
  private static final long INTERVAL_MILLIS = 500;
  private static final String CLEAR = "\r\u001b[K";

  /** A line that is wider than the terminal is cut, or each new one would leave a part of it. */
  private static final String DO_NOT_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintWriter terminal;
  private final long startNanos = System.nanoTime();
  private final boolean show;
  private volatile @Nullable Thread painter;
  private volatile boolean ended;
  private boolean visible;

  protected TerminalLine(PrintWriter terminal, boolean show) {
    this.terminal = terminal;
    this.show = show;
  }

  /** What to show now; empty for nothing. */
  protected abstract String line(Duration elapsed);

  /** From now on, until it is closed. */
  protected void startPainting() {
    if (show) {
      Thread thread = new Thread(this::paintUntilEnded, "progress");
      painter = thread;
      start(thread);
    }
  }

  static void start(@Nullable Thread thread) {
    if (thread != null) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  boolean hasEnded() {
    return ended;
  }

  private void paintUntilEnded() {
    try {
      Thread.sleep(PATIENCE_MILLIS);
      while (!ended) {
        paint();
        Thread.sleep(INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      // The end.
      return;
    }
  }

  private synchronized void paint() {
    if (ended) {
      return;
    }
    terminal.print(CLEAR + DO_NOT_WRAP + line(Duration.ofNanos(System.nanoTime() - startNanos)));
    terminal.print(WRAP);
    terminal.flush();
    visible = true;
  }

  /** Takes the line away, for other output. */
  public synchronized void clear() {
    if (visible) {
      terminal.print(CLEAR);
      terminal.flush();
      visible = false;
    }
  }

  @Override
  public void close() {
    ended = true;
    clear();
    Thread thread = painter;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
