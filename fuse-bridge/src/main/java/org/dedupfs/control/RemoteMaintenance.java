package org.dedupfs.control;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.MaintenanceListener;
import org.dedupfs.StoreFinding;
import org.jspecify.annotations.Nullable;

/** A check, scrub or sweep that another process does for this one. */
final class RemoteMaintenance {
  private static final int SUMMARY_NUMBERS = 5;

  private RemoteMaintenance() {}

  private record Part(
      List<StoreFinding> found,
      MaintenanceJob.@Nullable Progress progress,
      long @Nullable [] summary) {

    static Part read(Incoming in) throws MalformedMessageException {
      List<StoreFinding> found = new ArrayList<>();
      for (int left = in.count(41); left > 0; left--) {
        found.add(MaintenanceRequests.read(in));
      }
      MaintenanceJob.Progress progress =
          in.flag()
              ? new MaintenanceJob.Progress(
                  MaintenanceRequests.phase(in), in.number64(), in.number64())
              : null;
      long[] summary = null;
      if (in.flag()) {
        summary = new long[SUMMARY_NUMBERS];
        for (int i = 0; i < summary.length; i++) {
          summary[i] = in.number64();
        }
      }
      return new Part(found, progress, summary);
    }
  }

  /** Through a connection of its own, whose end is the job's. */
  static long[] run(
      ConnectionPool connections,
      Operation start,
      ClientConnection.Request request,
      MaintenanceListener listener)
      throws IOException {
    try (ClientConnection own = connections.openInterruptible()) {
      int job = own.call(start, request, in -> in.number32());
      while (true) {
        Part part = own.call(Operation.NEXT_FINDINGS, out -> out.number32(job), Part::read);
        part.found.forEach(listener::found);
        MaintenanceJob.Progress progress = part.progress;
        if (progress != null) {
          listener.progress(progress.phase(), progress.done(), progress.total());
        }
        long[] summary = part.summary;
        if (summary != null) {
          return summary;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }
}
