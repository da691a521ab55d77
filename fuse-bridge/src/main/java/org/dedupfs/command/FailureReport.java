package org.dedupfs.command;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what a verb threw into one line on standard error and an exit code. */
final class FailureReport implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) {
    commandLine.getErr().println("dedupfs: " + describe(failure));
    if (isBug(failure)) {
      failure.printStackTrace(commandLine.getErr());
    }
    return exitCodeOf(failure).number();
  }

  static ExitCode exitCodeOf(Exception failure) {
    if (failure instanceof CommandException expected) {
      return expected.exitCode();
    }
    if (failure instanceof InterruptedException) {
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.FAILED;
  }

  private static String describe(Exception failure) {
    if (failure instanceof FileSystemException named && named.getReason() == null) {
      return reasonOf(named) + ": " + named.getMessage();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
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
    return failure.getClass().getSimpleName();
  }

  /** A user can do nothing about these, so whoever reads the report needs to see where. */
  private static boolean isBug(Exception failure) {
    return failure instanceof RuntimeException && !(failure instanceof IllegalArgumentException);
  }
}
