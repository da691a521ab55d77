package org.dedupfs.nio;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dedupfs.DedupFileSystemException;
import org.junit.jupiter.api.Test;

/** Everything is done to the directory that was opened, under whatever name it goes by now. */
@SuppressWarnings("StreamResourceLeak") // They are closed; the check does not see through the cast.
class SecureDirectoryStreamTest extends SideBySide {

  private interface SecureCase {
    Object run(SecureDirectoryStream<Path> stream, FileSystem fs) throws Exception;
  }

  /** In a directory that was renamed, and whose old name is another directory's now. */
  private void inMoved(SecureCase testCase) {
    same(
        d -> {
          Path opened = d.resolve("opened");
          if (Files.notExists(d.resolve("moved"))) {
            Files.createDirectory(opened);
            Files.writeString(opened.resolve("file"), "text");
            Files.createDirectory(opened.resolve("empty"));
            Files.createDirectory(opened.resolve("full"));
            Files.createFile(opened.resolve("full/inner"));
            Files.createSymbolicLink(opened.resolve("link"), d.getFileSystem().getPath("file"));
            Files.createSymbolicLink(opened.resolve("up"), d.getFileSystem().getPath(".."));
          } else {
            Files.delete(opened);
            Files.move(d.resolve("moved"), opened);
          }
          try (var stream = (SecureDirectoryStream<Path>) Files.newDirectoryStream(opened)) {
            Files.move(opened, d.resolve("moved"));
            Files.createDirectory(opened);
            return testCase.run(stream, d.getFileSystem());
          } catch (DirectoryNotEmptyException e) {
            return "IOException"; // Of which the JDK names no file, or says less.
          } catch (FileSystemException e) {
            if (e.getClass() == FileSystemException.class
                || e instanceof DedupFileSystemException) {
              return "IOException";
            }
            throw e;
          } catch (IOException e) {
            return "IOException";
          }
        });
  }

  @Test
  void files_are_opened_and_made_there() {
    inMoved(
        (s, fs) -> {
          try (SeekableByteChannel channel =
              s.newByteChannel(
                  fs.getPath("new"),
                  Set.of(CREATE_NEW, WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")))) {
            return channel.write(ByteBuffer.wrap(new byte[5]));
          }
        });
    for (String name :
        List.of("file", "link", "missing", "up/moved/file", "empty/missing", "file/x")) {
      inMoved(
          (s, fs) -> {
            try (SeekableByteChannel channel = s.newByteChannel(fs.getPath(name), Set.of(READ))) {
              return channel.isOpen();
            }
          });
    }
    inMoved((s, fs) -> s.newByteChannel(fs.getPath("link"), Set.of(READ, NOFOLLOW_LINKS)).isOpen());
  }

  @Test
  void files_and_directories_are_deleted_there() {
    for (String name : List.of("file", "link", "empty", "full", "missing", "full/inner", ".")) {
      inMoved(
          (s, fs) -> {
            s.deleteFile(fs.getPath(name));
            return "deleted";
          });
      inMoved(
          (s, fs) -> {
            s.deleteDirectory(fs.getPath(name));
            return "deleted";
          });
    }
  }

  @Test
  void names_are_moved_there() {
    for (List<String> names :
        List.of(
            List.of("file", "empty/file"),
            List.of("link", "full/inner"),
            List.of("missing", "any"),
            List.of("up", "missing/up"),
            List.of("empty", "full"),
            List.of("full", "full/x"))) {
      inMoved(
          (s, fs) -> {
            Path from = fs.getPath(names.get(0));
            s.move(from, s, fs.getPath(names.get(1)));
            return "moved";
          });
    }
  }

  @Test
  void attributes_are_read_and_set_there() {
    for (String name : List.of("file", "link", "empty", "missing")) {
      inMoved(
          (s, fs) -> {
            Path path = fs.getPath(name);
            s.getFileAttributeView(path, PosixFileAttributeView.class)
                .setPermissions(PosixFilePermissions.fromString("rwxr-----"));
            return s.getFileAttributeView(path, BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .readAttributes()
                .isSymbolicLink();
          });
    }
    inMoved(
        (s, fs) ->
            s.getFileAttributeView(PosixFileAttributeView.class)
                .readAttributes()
                .permissions()
                .toString()
                .length());
  }

  @Test
  void directories_below_are_opened_there() {
    for (String name : List.of("full", "link", "up", "missing", "file")) {
      inMoved(
          (s, fs) -> {
            try (var below = s.newDirectoryStream(fs.getPath(name))) {
              Set<String> names = new TreeSet<>();
              below.forEach(entry -> names.add(entry.getFileName().toString()));
              return names;
            }
          });
    }
    inMoved(
        (s, fs) -> {
          try (var below = s.newDirectoryStream(fs.getPath("full"))) {
            below.deleteFile(fs.getPath("inner"));
            return below.iterator().hasNext();
          }
        });
  }

  @Test
  void a_closed_stream_does_nothing() {
    same(
        d -> {
          var stream = (SecureDirectoryStream<Path>) Files.newDirectoryStream(d);
          var view = stream.getFileAttributeView(BasicFileAttributeView.class);
          stream.close();
          return view.readAttributes();
        });
    same(
        d -> {
          var stream = (SecureDirectoryStream<Path>) Files.newDirectoryStream(d);
          stream.close();
          stream.deleteFile(d.getFileSystem().getPath("x"));
          return "deleted";
        });
  }
}
