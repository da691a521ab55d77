package org.dedupfs.bridge;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An open directory of any file system: its names as they were when reading began, or began anew.
 */
final class PlainDirectory implements MountedDirectory {
  private static final int DOTS = 2;

  private final Path path;
  private final PlainViews views;

  @GuardedBy("this")
  private List<Path> names;

  PlainDirectory(Path path, PlainViews views) throws IOException {
    this.path = path;
    this.views = views;
    if (!FileModes.isDirectory(views.status(path).mode())) {
      throw new NotDirectoryException(path.toString());
    }
    this.names = list();
  }

  private List<Path> list() throws IOException {
    List<Path> listed = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
      stream.forEach(listed::add);
    }
    return List.copyOf(listed);
  }

  @Override
  public synchronized void read(long afterOffset, DirectoryFiller filler) throws IOException {
    if (afterOffset == 0) {
      names = list();
    }
    for (long offset = afterOffset; offset < names.size() + DOTS; offset++) {
      if (!add(offset, filler)) {
        return;
      }
    }
  }

  @GuardedBy("this")
  private boolean add(long offset, DirectoryFiller filler) throws IOException {
    if (offset < DOTS) {
      Path parent = path.getParent();
      Path meant = offset == 0 || parent == null ? path : parent;
      byte[] name = (offset == 0 ? "." : "..").getBytes(StandardCharsets.US_ASCII);
      return filler.add(name, views.status(meant).ino(), FileModes.DIRECTORY, offset + 1);
    }
    Path entry = names.get((int) offset - DOTS);
    Path name = entry.getFileName();
    if (name == null) {
      return true;
    }
    FileStatus status;
    try {
      status = views.status(entry);
    } catch (NoSuchFileException e) {
      return true; // Deleted since the list was made.
    }
    byte[] bytes = name.toString().getBytes(StandardCharsets.UTF_8);
    return filler.add(bytes, status.ino(), status.mode(), offset + 1);
  }

  @Override
  public void close() {}
}
