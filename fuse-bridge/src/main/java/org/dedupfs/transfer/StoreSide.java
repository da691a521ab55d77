package org.dedupfs.transfer;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import org.dedupfs.ByteNames;
import org.dedupfs.CreationAttributes;

/** A store, whose strings are exact. */
public final class StoreSide implements Side {
  private final FileSystem store;

  public StoreSide(FileSystem store) {
    this.store = store;
  }

  @Override
  public byte[] name(Path path) {
    Path name = path.getFileName();
    return name == null ? new byte[0] : ByteNames.toBytes(name.toString());
  }

  @Override
  public Path child(Path directory, byte[] name) {
    return directory.resolve(ByteNames.toText(name));
  }

  @Override
  public byte[] linkTarget(Path link) throws IOException {
    return ByteNames.toBytes(Files.readSymbolicLink(link).toString());
  }

  @Override
  public Path linkText(byte[] target) {
    return store.getPath(ByteNames.toText(target));
  }

  @Override
  public FileAttribute<?>[] creation(EntryAttributes attributes) {
    return new FileAttribute<?>[] {
      CreationAttributes.mode(attributes.permissions()),
      CreationAttributes.uid(attributes.uid()),
      CreationAttributes.gid(attributes.gid())
    };
  }

  @Override
  public void createSpecial(Path path, EntryAttributes attributes) throws IOException {
    Files.createFile(
        path,
        CreationAttributes.mode(attributes.mode()),
        CreationAttributes.uid(attributes.uid()),
        CreationAttributes.gid(attributes.gid()),
        CreationAttributes.rdev(attributes.rdev()));
  }

  @Override
  public boolean canName(String extendedAttribute) {
    return true;
  }

  @Override
  public String text(Path path) {
    return path.toString();
  }
}
