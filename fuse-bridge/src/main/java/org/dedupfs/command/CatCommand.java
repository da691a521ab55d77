package org.dedupfs.command;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Callable;
import org.dedupfs.DedupFileSystem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dedupfs cat}: writes what is in files of a store to standard output. */
@Command(
    name = "cat",
    header = "Write what is in files to standard output.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dedupfs cat /srv/store /home/me/notes.txt",
      "  dedupfs cat /srv/store /backup/monday.tar | tar -tf -"
    })
final class CatCommand implements Callable<Integer> {
  private static final int PIECE_BYTES = 1 << 18;

  @Spec private CommandSpec spec;
  @Mixin private HelpOption help;
  @Mixin private OpeningOptions opening;

  @Parameters(
      index = "0",
      paramLabel = "STORE",
      converter = StoreArgument.Converter.class,
      description = StoreArgument.HELP)
  private StoreArgument store;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "The files; links are followed.")
  private List<String> paths;

  @Override
  public Integer call() throws Exception {
    Output out = (Output) spec.commandLine().getOut();
    try (DedupFileSystem open = store.openReadOnly(opening.toDedupOptions())) {
      ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);
      for (String each : paths) {
        try (FileChannel file = open(store.resolve(open, each))) {
          write(file, buffer, out);
        }
      }
    }
    return ExitCode.DONE.number();
  }

  private static FileChannel open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private static void write(FileChannel file, ByteBuffer buffer, Output out)
      throws IOException, CommandException {
    while (file.read(buffer.clear()) >= 0) {
      Interruption.check();
      writeOut(buffer.array(), buffer.position(), out);
    }
  }

  /** A failure here is not one of the store. */
  private static void writeOut(byte[] bytes, int length, Output out) throws CommandException {
    try {
      OutputStream target = out.bytes();
      target.write(bytes, 0, length);
      target.flush();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "standard output is closed or its disk is full: " + e.getMessage());
    }
  }
}
