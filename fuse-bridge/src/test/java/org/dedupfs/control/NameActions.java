package org.dedupfs.control;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;
import static org.dedupfs.control.StoreText.ODD;
import static org.dedupfs.control.StoreText.bytes;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.dedupfs.CreationAttributes;
import org.dedupfs.DedupFileSystem;

/** Names and what they stand for: making, reading, comparing and deleting them. */
final class NameActions {
  private NameActions() {}

  static void addTo(StoreActions to) {
    addMaking(to);
    addReadingAndDeleting(to);
  }

  private static void addMaking(StoreActions to) {
    to.change("make a directory", fs -> Files.createDirectory(fs.getPath("/dir")));
    to.change("make it again", fs -> Files.createDirectory(fs.getPath("/dir")));
    to.change("make one in none", fs -> Files.createDirectory(fs.getPath("/none/dir")));
    to.change("make one in a relative path", fs -> Files.createDirectory(fs.getPath("none/dir")));
    to.change("make an odd one", fs -> Files.createDirectory(fs.getPath("/" + ODD)));
    to.change(
        "make one with a mode and owner",
        fs ->
            Files.createDirectory(
                fs.getPath("/owned"),
                CreationAttributes.mode(01751),
                CreationAttributes.uid(-2),
                CreationAttributes.gid(12)));
    to.change(
        "make one with permissions",
        fs ->
            Files.createDirectory(
                fs.getPath("/permitted"),
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rwxr-x--x"))));
    to.change(
        "make one with an attribute nobody knows",
        fs -> Files.createDirectory(fs.getPath("/x"), new Attribute("unix:colour", 1)));
    to.change("write a file", fs -> Files.writeString(fs.getPath("/dir/file"), "content"));
    to.change("write an odd one", fs -> Files.writeString(fs.getPath("/" + ODD, ODD), ODD));
    to.change("below a file", fs -> Files.createFile(fs.getPath("/dir/file/x")));
    to.change("a name too long", fs -> Files.createFile(fs.getPath("/" + "n".repeat(256))));
    to.change(
        "a link", fs -> Files.createSymbolicLink(fs.getPath("/link"), fs.getPath("dir/file")));
    to.change(
        "an odd link", fs -> Files.createSymbolicLink(fs.getPath("/odd"), fs.getPath(ODD, ODD)));
    to.change("a loop", fs -> Files.createSymbolicLink(fs.getPath("/loop"), fs.getPath("loop")));
    to.change("go round the loop", fs -> Files.readString(fs.getPath("/loop")));
    to.change(
        "a second name", fs -> Files.createLink(fs.getPath("/dir/2"), fs.getPath("/dir/file")));
    to.change("a name of nothing", fs -> Files.createLink(fs.getPath("/3"), fs.getPath("/none")));
    to.change(
        "a name of a directory", fs -> Files.createLink(fs.getPath("/3"), fs.getPath("/dir")));
  }

  private static void addReadingAndDeleting(StoreActions to) {
    to.add("read the link", fs -> Files.readSymbolicLink(fs.getPath("/link")).toString());
    to.add("read the odd link", fs -> Files.readSymbolicLink(fs.getPath("/odd")).toString());
    to.add("read no link", fs -> Files.readSymbolicLink(fs.getPath("/dir")).toString());
    to.add("read through it", fs -> Files.readString(fs.getPath("/link")));
    to.change(
        "a link of any bytes",
        fs ->
            fs.createSymbolicLink(
                fs.getPath("/bytes"), bytes("a//b\377/"), CreationAttributes.uid(9)));
    to.change("a link to nothing", fs -> fs.createSymbolicLink(fs.getPath("/x"), new byte[0]));
    to.add("its bytes", fs -> Arrays.toString(fs.readSymbolicLink(fs.getPath("/bytes"))));
    to.add("the bytes of no link", fs -> fs.readSymbolicLink(fs.getPath("/dir")));
    to.add("durability", DedupFileSystem::durability);
    to.add("real path", fs -> fs.getPath("/dir/../link").toRealPath().toString());
    to.add("real path of a link", fs -> fs.getPath("/link").toRealPath(NOFOLLOW_LINKS).toString());
    to.add("real path of nothing", fs -> fs.getPath("/none/x").toRealPath().toString());
    to.add("same", fs -> Files.isSameFile(fs.getPath("/dir/file"), fs.getPath("/dir/2")));
    to.add("not same", fs -> Files.isSameFile(fs.getPath("/dir"), fs.getPath("/dir/2")));
    to.add("same as none", fs -> Files.isSameFile(fs.getPath("/dir"), fs.getPath("/none")));
    to.add("exists", fs -> Files.exists(fs.getPath("/dir/file")));
    to.add("exists not", fs -> Files.exists(fs.getPath("/loop")));
    to.add("exists as a link", fs -> Files.exists(fs.getPath("/loop"), NOFOLLOW_LINKS));
    to.add("is executable", fs -> Files.isExecutable(fs.getPath("/dir/file")));
    to.add("is writable", fs -> Files.isWritable(fs.getPath("/dir/file")));
    to.change("delete what is not empty", fs -> Files.delete(fs.getPath("/dir")));
    to.change("delete nothing", fs -> Files.delete(fs.getPath("/none")));
    to.add("delete nothing if it exists", fs -> Files.deleteIfExists(fs.getPath("/none")));
    to.change("delete the root", fs -> Files.delete(fs.getPath("/")));
    to.change("delete a directory", fs -> Files.delete(fs.getPath("/permitted")));
    to.change("NUL", fs -> Files.createFile(fs.getPath("/a\0b")));
    to.change("a surrogate that is no byte", fs -> Files.createFile(fs.getPath("/\udc01")));
    to.change(
        "a device",
        fs ->
            Files.createFile(
                fs.getPath("/device"),
                CreationAttributes.mode(0020640),
                CreationAttributes.rdev(0x0103)));
    to.change(
        "a fifo", fs -> Files.createFile(fs.getPath("/fifo"), CreationAttributes.mode(010600)));
    to.change("open the fifo", fs -> FileChannel.open(fs.getPath("/fifo"), READ).close());
  }

  private record Attribute(String name, Object value)
      implements java.nio.file.attribute.FileAttribute<Object> {}
}
