package org.dedupfs;

import java.io.IOException;
import java.nio.file.attribute.FileAttributeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All extended attributes of a file, as {@code xattr(7)} has them: names are bytes with a
 * namespace, {@code user.}, {@code trusted.} or {@code security.}, or are those of access control
 * lists, {@code system.posix_acl_access} and {@code _default}, kept but not obeyed; {@link
 * java.nio.file.attribute.UserDefinedFileAttributeView} is the part {@code user.} without that
 * prefix. Get it with {@code Files.getFileAttributeView(path, ExtendedAttributeView.class)}; with
 * {@code NOFOLLOW_LINKS} it is about a symbolic link itself, which can have no {@code user.}
 * attributes.
 *
 * <p>Each call is atomic, and looks the path up again. A failure is a {@link
 * DedupFileSystemException} that tells the POSIX reason.
 */
public interface ExtendedAttributeView extends FileAttributeView {

  /** What {@link #write} demands of the attribute. */
  enum Presence {
    /** Nothing. */
    ANY,
    /** It does not exist yet (XATTR_CREATE); else {@code FileAlreadyExistsException}. */
    MISSING,
    /** It exists (XATTR_REPLACE); else a failure for the reason {@code NO_ATTRIBUTE}. */
    PRESENT
  }

  /** {@code xattr} */
  @Override
  String name();

  /** The names, in no particular order. */
  List<byte[]> list() throws IOException;

  /** The value, or null if there is no such attribute. */
  byte @Nullable [] read(byte[] name) throws IOException;

  /** Sets a value of at most 64 KiB. */
  void write(byte[] name, byte[] value, Presence presence) throws IOException;

  /** Removes an attribute; a failure for the reason {@code NO_ATTRIBUTE} if there is none. */
  void delete(byte[] name) throws IOException;
}
