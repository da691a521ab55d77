package org.dedupfs.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens stores as any application does: by java.nio.file and a URI. */
final class Stores {
  static final String SCHEME = "dedup";

  private Stores() {}

  static FileSystem create(Path store, String chunking) throws IOException {
    return FileSystems.newFileSystem(uri(store), Map.of("create", true, "chunking", chunking));
  }

  /** With the options that a store has by default. */
  static FileSystem create(Path store) throws IOException {
    return FileSystems.newFileSystem(uri(store), Map.of("create", true));
  }

  static FileSystem open(Path store) throws IOException {
    return FileSystems.newFileSystem(uri(store), Map.of());
  }

  private static URI uri(Path store) {
    String path = store.toAbsolutePath().toUri().getRawPath();
    return URI.create(SCHEME + ":" + path.replaceFirst("/+$", ""));
  }

  /** Deletes a tree of the default file system, if it is there. */
  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
