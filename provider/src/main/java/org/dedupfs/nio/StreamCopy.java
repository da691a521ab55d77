package org.dedupfs.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import org.dedupfs.nio.Namespace.Place;
import org.dedupfs.tree.NewFile;
import org.dedupfs.tree.OpenFile;
import org.jspecify.annotations.Nullable;

/** Copies the bytes of a regular file from one store to another; holes stay holes. */
final class StreamCopy {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DedupPath source;
  private final DedupPath target;
  private final NewFile file;
  private final boolean interruptible;

  StreamCopy(DedupPath source, DedupPath target, NewFile file, boolean interruptible) {
    this.source = source;
    this.target = target;
    this.file = file;
    this.interruptible = interruptible;
  }

  /** Creates the target; a failure removes it again. */
  void run() throws IOException {
    OpenFile in =
        source
            .getFileSystem()
            .run(source, tree -> tree.open(Namespace.existing(tree, source, true).number()));
    boolean done = false;
    @Nullable OpenFile out = null;
    try {
      out =
          target
              .getFileSystem()
              .run(
                  target,
                  tree -> {
                    Place place = Namespace.vacant(tree, target);
                    return tree.createAndOpen(place.directory(), place.name(), file);
                  });
      transfer(in, out);
      done = true;
    } finally {
      closeAll(in, out);
      if (!done && out != null) {
        Namespace.delete(target);
      }
    }
  }

  private void transfer(OpenFile in, OpenFile out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    long at = 0;
    while (true) {
      if (interruptible && Thread.currentThread().isInterrupted()) {
        throw new FileSystemException(
            source.toString(), target.toString(), "The copy was interrupted");
      }
      long from = at;
      long start = source.getFileSystem().run(source, tree -> in.nextData(from));
      if (start < 0) {
        break;
      }
      int count = source.getFileSystem().run(source, tree -> in.read(start, buffer.clear()));
      if (count <= 0) {
        break;
      }
      target.getFileSystem().change(target, tree -> out.write(start, buffer.flip()));
      at = start + count;
    }
    target
        .getFileSystem()
        .change(target, tree -> out.setSize(Math.max(in.sizeBytes(), out.sizeBytes())));
  }

  private void closeAll(OpenFile in, @Nullable OpenFile out) throws IOException {
    try {
      source.getFileSystem().cleanUp(source, in::close);
    } finally {
      if (out != null) {
        target.getFileSystem().cleanUp(target, out::close);
      }
    }
  }
}
