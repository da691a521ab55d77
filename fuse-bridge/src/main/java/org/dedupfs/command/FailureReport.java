package org.dedupfs.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import org.dedupfs.DamagedFileException;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.DedupFileSystemException.Reason;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreInUseException;
import org.dedupfs.StoreNotFoundException;
import org.dedupfs.StoreOptionMismatchException;
import org.dedupfs.bridge.jnr.MountException;
import org.dedupfs.transfer.TransferStoppedException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a verb threw into one line on standard error and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    err.println(Colour.error(lineOf(failure)));
    if (isBug(failure)) {
      ShownStream.printStackTrace(failure, err);
    }
    return exitCodeOf(failure).number();
  }

  /** What failed, in one line. */
  static String lineOf(Exception failure) {
    return oneLine(describe(failure));
  }

  static ExitCode exitCodeOf(Exception failure) {
    if (failure instanceof CommandException expected) {
      return expected.exitCode();
    }
    if (failure instanceof InterruptedException || failure instanceof TransferStoppedException) {
      return ExitCode.INTERRUPTED;
    }
    if (failure instanceof MountException mount && mount.isBusy()) {
      return ExitCode.IN_USE;
    }
    if (failure instanceof StoreInUseException
        || failure instanceof FileSystemAlreadyExistsException) {
      return ExitCode.IN_USE;
    }
    if (failure instanceof StoreDamagedException || failure instanceof DamagedFileException) {
      return ExitCode.DAMAGED;
    }
    if (failure instanceof IllegalArgumentException
        || failure instanceof StoreOptionMismatchException) {
      return ExitCode.USAGE;
    }
    return ExitCode.FAILED;
  }

  private static String describe(Exception failure) {
    if (failure instanceof StoreNotFoundException) {
      return failure.getMessage() + " (dedupfs create makes one)";
    }
    if (failure instanceof DedupFileSystemException full && full.reason() == Reason.NO_SPACE) {
      return "the disk of the store is full; what was stored before is safe. Make room, then repeat"
          + " the command ("
          + failure.getMessage()
          + ")";
    }
    if (failure instanceof ReadOnlyFileSystemException) {
      return "the store is open for reading only, perhaps after an error of its disk";
    }
    if (failure instanceof FileSystemException named && named.getReason() == null) {
      return reasonOf(named) + ": " + named.getMessage();
    }
    if (failure instanceof IOException && isFull(failure)) {
      return "the disk is full; make room, then repeat the command (" + failure.getMessage() + ")";
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static boolean isFull(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("No space left") || message.contains("quota exceeded");
  }

  /** A message may quote names, and those may hold anything; it stays one line. */
  static String oneLine(String message) {
    return shown(message.strip());
  }

  /** As {@link #oneLine}, blanks at the ends included. */
  static String shown(String message) {
    StringBuilder line = new StringBuilder();
    message
        .codePoints()
        .forEach(
            c ->
                line.append(
                    c == '\n' ? " " : c == '\\' ? "\\" : ShownName.of(Character.toString(c))));
    return line.toString();
  }

  /** The JDK leaves the reason out where the type says it. */
  private static String reasonOf(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a directory";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "the directory is not empty";
    }
    return failure.getClass().getSimpleName();
  }

  /** A user can do nothing about these, so whoever reads the report needs to see where. */
  private static boolean isBug(Exception failure) {
    return failure instanceof RuntimeException
        && !(failure instanceof IllegalArgumentException)
        && !(failure instanceof ReadOnlyFileSystemException)
        && !(failure instanceof FileSystemAlreadyExistsException);
  }
}
