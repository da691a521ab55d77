package org.dedupfs.command;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Standard output: lines of text, and bytes as they are. Bytes are for one thread at a time. */
final class Output extends PrintWriter {
  private static final int BUFFER_BYTES = 1 << 16;

  private final OutputStream bytes;

  Output(OutputStream bytes, Charset charset) {
    super(new OutputStreamWriter(bytes, charset));
    this.bytes = bytes;
  }

  /** That of this process; closing it is left to the end of the process. */
  @SuppressWarnings("StreamResourceLeak")
  static Output standard(Charset charset) {
    OutputStream standard = new FileOutputStream(FileDescriptor.out);
    return new Output(new BufferedOutputStream(standard, BUFFER_BYTES), charset);
  }

  /** Where bytes go, behind all lines so far; unlike the lines it throws. */
  OutputStream bytes() throws IOException {
    flush();
    return bytes;
  }
}
