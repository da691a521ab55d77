package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedAndReadOnlyTest {
  @TempDir Path host;
  private Path storePath;

  @BeforeEach
  void makeStore() throws IOException {
    storePath = host.resolve("store");
    try (DedupFileSystem fs = DedupFileSystems.create(storePath)) {
      Files.writeString(fs.getPath("/file"), "content");
      Files.createDirectory(fs.getPath("/directory"));
      Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("file"));
    }
  }

  @SuppressWarnings("StreamResourceLeak") // Closed with the file system.
  private static List<ThrowingCallable> readings(DedupFileSystem fs) {
    Path file = fs.getPath("/file");
    return List.of(
        () -> Files.readString(file),
        () -> Files.readAttributes(file, "*"),
        () -> Files.newDirectoryStream(fs.getPath("/")),
        () -> Files.readSymbolicLink(fs.getPath("/link")),
        () -> Files.isSameFile(file, fs.getPath("/link")),
        () -> file.toRealPath(),
        () -> Files.getFileStore(file),
        () -> fs.provider().checkAccess(file),
        fs::getFileStores,
        fs::getRootDirectories,
        fs::supportedFileAttributeViews,
        fs::getUserPrincipalLookupService);
  }

  private static List<ThrowingCallable> changes(DedupFileSystem fs) {
    Path file = fs.getPath("/file");
    Path other = fs.getPath("/new");
    return List.of(
        () -> Files.createFile(other),
        () -> Files.createDirectory(other),
        () -> Files.createSymbolicLink(other, file),
        () -> Files.createLink(other, file),
        () -> Files.writeString(file, "x"),
        () -> FileChannel.open(file, StandardOpenOption.WRITE),
        () -> Files.delete(file),
        () -> Files.delete(fs.getPath("/directory")),
        () -> Files.copy(file, other),
        () -> Files.move(file, other),
        () -> Files.move(file, fs.getPath("/link"), StandardCopyOption.REPLACE_EXISTING),
        () -> Files.setLastModifiedTime(file, FileTime.fromMillis(0)),
        () -> Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------")),
        () -> Files.setAttribute(file, "user:x", new byte[1]));
  }

  @Test
  void nothing_works_after_close() throws IOException {
    DedupFileSystem fs = DedupFileSystems.open(storePath);
    fs.close();
    fs.close();
    assertThat(fs.isOpen()).isFalse();
    for (ThrowingCallable operation : readings(fs)) {
      assertThatThrownBy(operation).isInstanceOf(ClosedFileSystemException.class);
    }
    for (ThrowingCallable operation : changes(fs)) {
      assertThatThrownBy(operation).isInstanceOf(ClosedFileSystemException.class);
    }
    Path file = fs.getPath("/file");
    assertThatThrownBy(() -> Files.isHidden(file)).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(() -> Files.getFileAttributeView(file, BasicFileAttributeView.class))
        .isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(fs::sync).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(fs::statistics).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(fs::sweep).isInstanceOf(ClosedFileSystemException.class);
    assertThat(fs.getPath("/a").resolve("b").toUri().toString()).endsWith("!/a/b");
  }

  @Test
  @SuppressWarnings("StreamResourceLeak") // The file system closes it.
  void close_closes_channels_and_streams() throws IOException {
    DedupFileSystem fs = DedupFileSystems.open(storePath);
    FileChannel channel = FileChannel.open(fs.getPath("/file"));
    FileChannel onDirectory = FileChannel.open(fs.getPath("/"));
    var stream = Files.newDirectoryStream(fs.getPath("/"));
    var input = Files.newInputStream(fs.getPath("/file"));
    fs.close();
    assertThat(channel.isOpen()).isFalse();
    assertThat(onDirectory.isOpen()).isFalse();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(input::read).isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(stream::iterator).isInstanceOf(ClosedDirectoryStreamException.class);
    channel.close();
    stream.close();
  }

  @Test
  void what_an_open_channel_wrote_is_there_after_close() throws IOException {
    DedupFileSystem fs = DedupFileSystems.open(storePath);
    FileChannel channel = FileChannel.open(fs.getPath("/file"), StandardOpenOption.APPEND);
    channel.write(ByteBuffer.wrap(new byte[] {'!'}));
    fs.close();
    try (DedupFileSystem again = DedupFileSystems.open(storePath)) {
      assertThat(Files.readString(again.getPath("/file"))).isEqualTo("content!");
    }
  }

  @Test
  void a_read_only_store_is_read_and_not_changed() throws IOException {
    DedupOptions readOnly = DedupOptions.builder().readOnly(true).build();
    try (DedupFileSystem fs = DedupFileSystems.open(storePath, readOnly)) {
      assertThat(fs.isReadOnly()).isTrue();
      assertThat(Files.getFileStore(fs.getPath("/")).isReadOnly()).isTrue();
      for (ThrowingCallable operation : changes(fs)) {
        assertThatThrownBy(operation).isInstanceOf(ReadOnlyFileSystemException.class);
      }
      for (ThrowingCallable operation : readings(fs)) {
        operation.call();
      }
      assertThat(Files.isWritable(fs.getPath("/file"))).isFalse();
      assertThat(Files.isReadable(fs.getPath("/file"))).isTrue();
      assertThat(Files.readString(fs.getPath("/file"))).isEqualTo("content");
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
