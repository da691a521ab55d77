package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dedupfs.DedupFileSystemException;
import org.dedupfs.testing.Prerequisites;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesDifferentialTest extends SideBySide {
  private static final List<String> FILES = List.of("file", "directory", "link", "broken", "none");

  @BeforeEach
  void makeFiles() throws Exception {
    both(
        d -> {
          Files.writeString(d.resolve("file"), "content");
          Files.createDirectory(d.resolve("directory"));
          Files.createSymbolicLink(d.resolve("link"), d.getFileSystem().getPath("file"));
          Files.createSymbolicLink(d.resolve("broken"), d.getFileSystem().getPath("nothing"));
        });
  }

  private static LinkOption[] options(boolean follow) {
    return follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
  }

  @Test
  void types_and_owners_are_those_of_unix() {
    for (String file : FILES) {
      for (boolean follow : new boolean[] {true, false}) {
        same(
            d -> {
              var attributes =
                  Files.readAttributes(d.resolve(file), PosixFileAttributes.class, options(follow));
              return List.of(
                  attributes.isRegularFile(),
                  attributes.isDirectory(),
                  attributes.isSymbolicLink(),
                  attributes.isOther(),
                  attributes.isDirectory() ? 0 : attributes.size(),
                  PosixFilePermissions.toString(attributes.permissions()),
                  attributes.owner().getName(),
                  attributes.group().getName(),
                  attributes.fileKey() != null);
            });
        same(d -> Files.getOwner(d.resolve(file), options(follow)).getName());
        same(
            d ->
                new TreeMap<>(
                    Files.readAttributes(
                        d.resolve(file), "unix:mode,nlink,uid,gid,rdev", options(follow))));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "basic:*",
        "posix:*",
        "unix:*",
        "owner:*",
        "size,isDirectory",
        "posix:owner,size",
        "unix:ino,mode,permissions",
        "owner:owner",
        "basic:",
        "",
        "nonsense",
        "size,nonsense",
        "posix:mode",
        "owner:size",
        "basic:permissions",
        ":size",
        "acl:*",
        "*,size",
        "size,*",
        "posix:permissions,",
        "unix:dev,ctime"
      })
  void names_of_attributes_are_those_of_unix(String names) {
    sameKind(d -> new TreeSet<>(Files.readAttributes(d.resolve("file"), names).keySet()));
    sameKind(
        d -> {
          Map<String, String> types = new TreeMap<>();
          Files.readAttributes(d.resolve("file"), names)
              .forEach(
                  (name, value) ->
                      types.put(
                          name,
                          value instanceof Number || value instanceof Boolean
                              ? value.getClass().getName()
                              : value instanceof FileTime ? "FileTime" : "other"));
          return types;
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"size", "unix:mode", "posix:permissions,owner", "*", "unix:*", "user:none", "x:y"})
  void a_single_attribute_is_read_as_on_unix(String name) {
    sameKind(d -> Files.getAttribute(d.resolve("file"), name) != null);
  }

  @Test
  void views_are_those_of_unix() {
    for (var type :
        List.of(
            BasicFileAttributeView.class,
            PosixFileAttributeView.class,
            FileOwnerAttributeView.class,
            UserDefinedFileAttributeView.class,
            AclFileAttributeView.class)) {
      same(
          d -> {
            var view = Files.getFileAttributeView(d.resolve("file"), type);
            return view == null ? null : view.name();
          });
    }
    same(d -> Files.getFileAttributeView(d.resolve("file"), null));
    same(d -> Files.readAttributes(d.resolve("file"), (Class<BasicFileAttributes>) null));
    same(d -> Files.readAttributes(d.resolve("none"), BasicFileAttributes.class));
    assertThat(store.supportedFileAttributeViews()).contains("basic");
  }

  @Test
  void what_stores_do_not_have_is_not_supported() {
    assertThatThrownBy(() -> Files.readAttributes(ours.resolve("file"), DosFileAttributes.class))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void times_can_be_set_one_by_one_and_together() {
    FileTime time = FileTime.from(Instant.parse("1999-12-31T23:59:59.123456Z"));
    for (FileTime value : List.of(time, FileTime.fromMillis(0))) {
      same(
          d -> {
            Path file = d.resolve("link");
            Files.setLastModifiedTime(file, value);
            FileTime modified = Files.getLastModifiedTime(d.resolve("file"));
            Files.setAttribute(file, "lastAccessTime", value);
            Files.setAttribute(file, "unix:lastModifiedTime", null);
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return List.of(modified, attributes.lastAccessTime(), attributes.lastModifiedTime());
          });
    }
    same(
        d -> {
          var view =
              Files.getFileAttributeView(d.resolve("directory"), BasicFileAttributeView.class);
          view.setTimes(time, FileTime.fromMillis(1), null);
          view.setTimes(null, null, null);
          return List.of(
              view.readAttributes().lastModifiedTime(), view.readAttributes().lastAccessTime());
        });
  }

  @Test
  void permissions_can_be_set_through_links_and_not_of_links() {
    Set<PosixFilePermission> some = PosixFilePermissions.fromString("r-x-w---x");
    same(
        d -> {
          Files.setPosixFilePermissions(d.resolve("link"), some);
          return PosixFilePermissions.toString(Files.getPosixFilePermissions(d.resolve("file")));
        });
    same(d -> Files.setAttribute(d.resolve("directory"), "posix:permissions", some));
    same(d -> Files.setAttribute(d.resolve("file"), "unix:mode", 0640));
    same(d -> Files.setAttribute(d.resolve("file"), "unix:mode", 06755));
    same(d -> Files.getAttribute(d.resolve("file"), "unix:mode"));
    same(d -> Files.setPosixFilePermissions(d.resolve("none"), some));
    // On Java 17 as well; 25 changes what the link leads to.
    assertThatThrownBy(
            () ->
                Files.setAttribute(
                    ours.resolve("link"), "posix:permissions", some, LinkOption.NOFOLLOW_LINKS))
        .isInstanceOf(DedupFileSystemException.class);
  }

  private static boolean isFailing(java.util.concurrent.Callable<?> call) throws Exception {
    try {
      call.call();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "size",
        "isDirectory",
        "fileKey",
        "nonsense",
        "posix:nonsense",
        "unix:ino",
        "unix:nlink",
        "unix:ctime",
        "owner:group",
        "x:y",
        ":size",
        "basic:permissions"
      })
  void what_cannot_be_set_is_refused_as_on_unix(String name) {
    sameKind(d -> Files.setAttribute(d.resolve("file"), name, 1L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lastModifiedTime",
        "posix:permissions",
        "owner:owner",
        "posix:group",
        "unix:mode",
        "unix:uid"
      })
  void a_value_of_the_wrong_type_is_refused_as_on_unix(String name) {
    sameKind(d -> Files.setAttribute(d.resolve("file"), name, "text"));
    if (!name.endsWith("Time")) {
      sameKind(d -> Files.setAttribute(d.resolve("file"), name, null));
    }
  }

  @Test
  void owners_are_set_by_name_and_by_number() throws Exception {
    if (Prerequisites.isRoot()) {
      ownersAreSetAsOnTheHost();
    } else {
      // the host lets nobody else do it; in a store one may do what root may
      for (Action change : ownerChanges()) {
        change.run(ours);
        assertThatThrownBy(() -> change.run(theirs)).isInstanceOf(FileSystemException.class);
      }
      assertThat(Files.readAttributes(ours.resolve("file"), "unix:uid,gid"))
          .isEqualTo(Map.of("uid", 77, "gid", 78));
      for (String id : List.of("unix:uid", "unix:gid")) {
        Files.setAttribute(
            ours.resolve("file"), id, Files.getAttribute(theirs.resolve("file"), id));
      }
    }
  }

  private static List<Action> ownerChanges() {
    return List.of(
        d -> {
          var principals = d.getFileSystem().getUserPrincipalLookupService();
          Files.setOwner(d.resolve("file"), principals.lookupPrincipalByName("daemon"));
        },
        d -> Files.setAttribute(d.resolve("file"), "unix:uid", 77),
        d -> Files.setAttribute(d.resolve("file"), "unix:gid", 78));
  }

  private void ownersAreSetAsOnTheHost() {
    for (String name : List.of("root", "daemon", "12345", "nobody")) {
      same(
          d -> {
            var principals = d.getFileSystem().getUserPrincipalLookupService();
            Files.setOwner(d.resolve("file"), principals.lookupPrincipalByName(name));
            return List.of(
                Files.getOwner(d.resolve("file")).getName(),
                Files.getAttribute(d.resolve("file"), "unix:uid"));
          });
    }
    for (String name : List.of("root", "daemon", "54321")) {
      same(
          d -> {
            var principals = d.getFileSystem().getUserPrincipalLookupService();
            Files.setAttribute(
                d.resolve("link"),
                "posix:group",
                principals.lookupPrincipalByGroupName(name),
                LinkOption.NOFOLLOW_LINKS);
            return List.of(
                Files.getAttribute(d.resolve("link"), "unix:gid", LinkOption.NOFOLLOW_LINKS),
                Files.getAttribute(d.resolve("file"), "unix:gid"));
          });
    }
    same(d -> Files.setAttribute(d.resolve("file"), "unix:uid", 77));
    same(d -> Files.setAttribute(d.resolve("file"), "unix:gid", 78));
    same(d -> Files.getOwner(d.resolve("file")).getName());
  }

  @Test
  void principals_that_do_not_exist_are_not_found() {
    same(
        d ->
            d.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName("nobody-has-this-name"));
    same(
        d ->
            d.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName("nobody-has-this-name"));
  }

  @Test
  void a_group_is_no_owner() {
    same(
        d ->
            Files.setOwner(
                d.resolve("file"),
                d.getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName("root")));
  }

  @Test
  void user_attributes_are_kept() {
    requireUserAttributesOfTheHost();
    same(
        d -> {
          var view =
              Files.getFileAttributeView(d.resolve("link"), UserDefinedFileAttributeView.class);
          int written = view.write("a", ByteBuffer.wrap(new byte[] {1, 2, 3}));
          Files.setAttribute(d.resolve("file"), "user:b", new byte[] {4});
          Files.setAttribute(d.resolve("file"), "user:c", ByteBuffer.allocate(0));
          ByteBuffer target = ByteBuffer.allocate(10);
          int read = view.read("a", target);
          List<Object> seen =
              List.of(
                  written,
                  read,
                  target.array(),
                  new TreeSet<>(view.list()),
                  view.size("b"),
                  view.size("c"),
                  Files.getAttribute(d.resolve("file"), "user:a"),
                  new TreeSet<>(Files.readAttributes(d.resolve("file"), "user:*").keySet()),
                  new TreeSet<>(Files.readAttributes(d.resolve("file"), "user:a,b").keySet()));
          view.delete("b");
          view.write("a", ByteBuffer.wrap(new byte[] {9}));
          return List.of(seen, new TreeSet<>(view.list()), view.size("a"));
        });
    sameKind(d -> userView(d).size("none"));
    sameKind(d -> isFailing(() -> userView(d).read("a", ByteBuffer.allocate(0))));
    sameKind(d -> isFailing(() -> userView(d).read("none", ByteBuffer.allocate(9))));
    sameKind(
        d ->
            isFailing(
                () -> {
                  userView(d).delete("none");
                  return null;
                }));
    sameKind(d -> Files.setAttribute(d.resolve("file"), "user:x", "text"));
  }

  private static UserDefinedFileAttributeView userView(Path d) {
    return Files.getFileAttributeView(d.resolve("file"), UserDefinedFileAttributeView.class);
  }

  private void requireUserAttributesOfTheHost() {
    try {
      Files.setAttribute(theirs.resolve("file"), "user:probe", new byte[1]);
      userView(theirs).delete("probe");
    } catch (IOException e) {
      throw Prerequisites.noXattrs(e);
    }
  }

  @Test
  void an_extended_attribute_needs_a_file_before_a_name() throws Exception {
    for (String name : java.util.List.of("", "one")) {
      same(
          d ->
              Files.getFileAttributeView(d.resolve("missing"), UserDefinedFileAttributeView.class)
                  .size(name));
    }
  }
}
