package org.dedupfs.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.dedupfs.content.chunking.ChunkingScheme;
import org.dedupfs.metadata.InodeNumber;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Files with texts, in a content store that can crash: what tests of commits begin with. */
abstract class TextFiles {
  ContentFixture fixture;

  @BeforeEach
  final void open() throws IOException {
    fixture = new ContentFixture(ChunkingScheme.parse("cdc:64k"), 64 << 20);
  }

  @AfterEach
  final void close() throws IOException {
    fixture.close();
  }

  final InodeNumber fileWith(String text) throws IOException {
    InodeNumber inode = fixture.createFile();
    write(inode, text);
    return inode;
  }

  final void write(InodeNumber inode, String text) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    file.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    fixture.content().release(file);
  }

  final void sync(InodeNumber inode) throws IOException {
    FileContent file = fixture.content().acquire(inode);
    fixture.content().sync(file);
    fixture.content().release(file);
  }

  final String text(InodeNumber inode) throws IOException {
    return new String(fixture.readAll(inode), StandardCharsets.UTF_8);
  }
}
