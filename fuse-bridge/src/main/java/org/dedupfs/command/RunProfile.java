package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;
import org.dedupfs.host.HostPath;
import org.dedupfs.transfer.HostSide;

/**
 * A recording by Java's flight recorder of one run, in a file when it ends, however it ends. Not to
 * be loaded where there is no module {@code jdk.jfr}.
 */
final class RunProfile {
  private static final byte[] MAGIC = "FLR\0".getBytes(StandardCharsets.US_ASCII);
  private static final long PATIENCE_SECONDS = 30;

  private final Recording recording;
  private final Path file;
  private final PrintWriter err;
  private final CountDownLatch written = new CountDownLatch(1);

  private RunProfile(Recording recording, Path file, PrintWriter err) {
    this.recording = recording;
    this.file = file;
    this.err = err;
  }

  /**
   * Begins to record.
   *
   * @throws CommandException if this Java cannot, or {@code file} holds something else
   */
  static RunProfile start(Path file, PrintWriter err) throws CommandException, IOException {
    if (!FlightRecorder.isAvailable()) {
      throw new CommandException(
          ExitCode.FAILED, "--profile: the flight recorder of this Java is switched off");
    }
    Path absolute = HostPath.absolute(file);
    refuseOthers(absolute);
    try {
      Recording recording = new Recording(Configuration.getConfiguration("profile"));
      recording.setName("dedupfs");
      recording.setDestination(absolute);
      // At Ctrl-C the recorder ends by itself, before or after the verb.
      recording.setDumpOnExit(true);
      RunProfile profile = new RunProfile(recording, absolute, err);
      FlightRecorder.addListener(profile.listener());
      recording.start();
      return profile;
    } catch (ParseException e) {
      throw new IOException("--profile: the settings of this Java's flight recorder are bad", e);
    }
  }

  /** What is no recording is not overwritten by one. */
  private static void refuseOthers(Path file) throws CommandException, IOException {
    if (!Files.exists(file)) {
      return;
    }
    boolean ours = false;
    if (Files.isRegularFile(file)) {
      try (var input = Files.newInputStream(file)) {
        byte[] start = input.readNBytes(MAGIC.length);
        ours = start.length == 0 || Arrays.equals(start, MAGIC);
      }
    }
    if (!ours) {
      throw new CommandException(
          ExitCode.FAILED, "--profile: " + shown(file) + " exists and is no recording");
    }
  }

  private static String shown(Path file) {
    return ShownName.of(HostSide.textOf(file));
  }

  private FlightRecorderListener listener() {
    return new FlightRecorderListener() {
      @Override
      public void recordingStateChanged(Recording changed) {
        if (changed.getState() == RecordingState.CLOSED && changed.getId() == recording.getId()) {
          written.countDown();
        }
      }
    };
  }

  /** Writes it and says where it is. */
  void end() {
    boolean stopped = true;
    try {
      recording.stop();
    } catch (IllegalStateException e) {
      // The recorder's own shutdown was quicker and may be writing still.
      stopped = false;
    }
    try {
      if (!stopped) {
        written.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
      err.println(
          "dedupfs: "
              + (Files.size(file) > 0
                  ? "wrote the profile to " + shown(file) + " (see jfr print, JDK Mission Control)"
                  : "the profile could not be written to " + shown(file)));
    } catch (IOException e) {
      err.println("dedupfs: the profile could not be written: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
