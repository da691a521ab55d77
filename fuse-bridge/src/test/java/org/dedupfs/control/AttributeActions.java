package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.dedupfs.control.StoreText.ODD;
import static org.dedupfs.control.StoreText.bytes;
import static org.dedupfs.control.StoreText.read;
import static org.dedupfs.control.StoreText.shown;
import static org.dedupfs.control.StoreText.time;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.dedupfs.ExtendedAttributeView;
import org.dedupfs.ExtendedAttributeView.Presence;
import org.dedupfs.UnixFileAttributeView;

/** Attributes of all kinds; after {@link NameActions}. */
final class AttributeActions {
  private AttributeActions() {}

  static void addTo(StoreActions to) {
    String path = "/dir/file";
    to.change("mode", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", 04755));
    to.change("mode of a type", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", 0040755));
    to.change("mode that is none", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", "x"));
    to.change("null", fs -> Files.setAttribute(fs.getPath(path), "unix:mode", null));
    to.change("no such attribute", fs -> Files.setAttribute(fs.getPath(path), "unix:x", 1));
    to.change("no such view", fs -> Files.setAttribute(fs.getPath(path), "nt:x", 1));
    to.change("owner", fs -> Files.setAttribute(fs.getPath(path), "unix:uid", 77));
    to.change("group", fs -> Files.setAttribute(fs.getPath(path), "unix:gid", -3));
    to.change(
        "time", fs -> Files.setLastModifiedTime(fs.getPath(path), time("2001-02-03T04:05:06Z")));
    to.change(
        "times of a link",
        fs ->
            Files.getFileAttributeView(
                    fs.getPath("/link"), BasicFileAttributeView.class, NOFOLLOW_LINKS)
                .setTimes(
                    time("1950-01-01T00:00:00.123456789Z"),
                    time("2200-01-01T00:00:00Z"),
                    time("1970-01-01T00:00:00Z")));
    to.change(
        "times of nothing",
        fs ->
            Files.getFileAttributeView(fs.getPath("/none"), BasicFileAttributeView.class)
                .setTimes(time("2001-01-01T00:00:00Z"), null, null));
    to.change(
        "permissions",
        fs ->
            Files.setPosixFilePermissions(
                fs.getPath("/dir/2"), PosixFilePermissions.fromString("rw-r---wx")));
    to.change(
        "ids by the view",
        fs ->
            Files.getFileAttributeView(fs.getPath("/owned"), UnixFileAttributeView.class)
                .setIds(5, 6));
    to.change(
        "mode by the view",
        fs ->
            Files.getFileAttributeView(fs.getPath("/owned"), UnixFileAttributeView.class)
                .setMode(0700));
    to.change(
        "the owner of one for another",
        fs ->
            Files.getFileAttributeView(fs.getPath("/dir"), PosixFileAttributeView.class)
                .setOwner(Files.getOwner(fs.getPath("/owned"))));
    to.add("owner's name", fs -> Files.getOwner(fs.getPath("/dir")).getName());
    for (String wanted : new String[] {"*", "posix:*", "unix:*", "unix:mode,x", "size,isOther"}) {
      for (String of : new String[] {path, "/link", "/none", "/device", "/" + ODD}) {
        to.add(wanted + " of " + of, fs -> shown(Files.readAttributes(fs.getPath(of), wanted)));
        to.add(
            wanted + " of " + of + " itself",
            fs -> shown(Files.readAttributes(fs.getPath(of), wanted, NOFOLLOW_LINKS)));
      }
    }
    to.add("attributes by type", fs -> shown(read(fs.getPath(path))));
    to.add(
        "basic ones by type",
        fs -> Files.readAttributes(fs.getPath(path), BasicFileAttributes.class).size());
    to.add(
        "view that is none",
        fs ->
            Files.getFileAttributeView(
                fs.getPath(path), java.nio.file.attribute.DosFileAttributeView.class));
    to.add(
        "space",
        fs -> {
          FileStore space = Files.getFileStore(fs.getPath("/"));
          return space.type()
              + space.isReadOnly()
              + space.getBlockSize()
              + space.getAttribute("unix:nameMax")
              + space.getTotalSpace();
        });
    to.add("space of nothing", fs -> Files.getFileStore(fs.getPath("/none")));
    to.add("no such space", fs -> Files.getFileStore(fs.getPath("/")).getAttribute("colour"));
  }

  static void addExtendedTo(StoreActions to) {
    for (Presence presence : Presence.values()) {
      for (String name : new String[] {"user.a", "user.b", "trusted." + "x".repeat(300), "b"}) {
        to.change(
            "write " + name + " " + presence,
            fs ->
                xattrs(fs.getPath("/dir/file"))
                    .write(
                        bytes(name), new byte[] {0, 1, (byte) WireNumber.of(presence)}, presence));
      }
    }
    to.add(
        "list",
        fs ->
            xattrs(fs.getPath("/dir/file")).list().stream()
                .map(name -> new String(name, StandardCharsets.ISO_8859_1))
                .sorted()
                .toList());
    to.add("read", fs -> Arrays.toString(xattrs(fs.getPath("/dir/file")).read(bytes("user.a"))));
    to.add("read none", fs -> xattrs(fs.getPath("/dir/file")).read(bytes("user.c")) == null);
    to.add("read of nothing", fs -> xattrs(fs.getPath("/none")).read(bytes("user.c")));
    to.change(
        "large",
        fs -> xattrs(fs.getPath("/dir")).write(bytes("user.large"), new byte[65536], Presence.ANY));
    to.add("read large", fs -> xattrs(fs.getPath("/dir")).read(bytes("user.large")).length);
    to.change(
        "too large",
        fs -> xattrs(fs.getPath("/dir")).write(bytes("user.large"), new byte[65537], Presence.ANY));
    to.change("delete", fs -> xattrs(fs.getPath("/dir/file")).delete(bytes("user.a")));
    to.change("delete none", fs -> xattrs(fs.getPath("/dir/file")).delete(bytes("user.a")));
    to.change(
        "by name",
        fs -> Files.setAttribute(fs.getPath("/dir"), "user:colour", ByteBuffer.wrap(bytes("red"))));
    to.add(
        "read by name",
        fs ->
            new String(
                (byte[]) Files.getAttribute(fs.getPath("/dir"), "user:colour"),
                StandardCharsets.UTF_8));
  }

  private static ExtendedAttributeView xattrs(Path path) {
    return Files.getFileAttributeView(path, ExtendedAttributeView.class);
  }
}
