package org.dedupfs.activity;

import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A call of the file system that is recorded if it turns out to be slow; used by one thread. */
public final class WatchedOperation {
  private static final String FACE = "org.dedupfs.nio.";

  private final SlowOperationEvent event;

  private WatchedOperation(SlowOperationEvent event) {
    this.event = event;
  }

  /** Begins; null when nobody records. */
  public static @Nullable WatchedOperation begin() {
    return FlightRecorder.IS_THERE && SlowOperationEvent.isRecorded()
        ? new WatchedOperation(SlowOperationEvent.begun())
        : null;
  }

  /**
   * Ends, well or not.
   *
   * @param path what it was about; only made text of if it was slow
   */
  public void end(Activity activity, Object path) {
    if (event.shouldCommit()) {
      event.store = activity.store();
      event.operation = StackWalker.getInstance().walk(WatchedOperation::operation);
      event.path = path.toString();
      event.commit();
    }
  }

  /** What the file system was called by: the outermost method of its face. */
  private static String operation(Stream<StackWalker.StackFrame> frames) {
    Optional<String> name =
        frames
            .dropWhile(frame -> !frame.getClassName().startsWith(FACE))
            .takeWhile(frame -> frame.getClassName().startsWith(FACE))
            .map(StackWalker.StackFrame::getMethodName)
            .filter(method -> !method.startsWith("lambda$"))
            .reduce((inner, outer) -> outer);
    return name.orElse("");
  }
}
