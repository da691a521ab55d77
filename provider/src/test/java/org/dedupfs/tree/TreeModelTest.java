package org.dedupfs.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.FileType;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.testing.RandomOperations;
import org.dedupfs.testing.TreeInvariants;
import org.dedupfs.tree.NamespaceModel.Node;
import org.dedupfs.tree.NamespaceModel.Place;
import org.dedupfs.tree.NamespaceModel.Refusal;
import org.dedupfs.tree.TreeException.Failure;
import org.junit.jupiter.api.Test;

/** Random operations on a tree and on a model of it, crashes included: both must agree always. */
class TreeModelTest {
  private static final String[] DIRECTORY_NAMES = {"d", "e"};
  private static final String[] NAMES = {"d", "e", "f", "g", "h"};
  private static final int SLOTS = 4;

  /** Weighted so that a tree of a dozen files or so comes and goes all the time. */
  private enum Kind {
    CREATE(10),
    MKDIR(5),
    SYMLINK(1),
    LINK(6),
    UNLINK(4),
    RMDIR(5),
    RENAME(8),
    RENAME_NEW(2),
    STAT(2),
    LSTAT(2),
    READLINK(1),
    CHMOD(2),
    CHOWN(2),
    XATTR(2),
    WRITE(6),
    CLONE(8),
    OPEN(6),
    APPEND(6),
    CLOSE(1),
    COMMIT(1),
    CRASH(1);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    static Kind random(RandomGenerator random) {
      int left = random.nextInt(Arrays.stream(values()).mapToInt(kind -> kind.weight).sum());
      for (Kind kind : values()) {
        left -= kind.weight;
        if (left < 0) {
          return kind;
        }
      }
      throw new AssertionError(left);
    }
  }

  /** Two paths, a number, and what to do with them. */
  private record Operation(Kind kind, String path, String other, int number) {}

  private static Operation random(RandomGenerator random) {
    return new Operation(Kind.random(random), path(random), path(random), random.nextInt(1000));
  }

  /** What stands in the middle is more often a directory's name. */
  private static String path(RandomGenerator random) {
    StringBuilder path = new StringBuilder();
    int depth = random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      boolean dots = random.nextInt(20) == 0;
      path.append('/').append(dots ? ".." : DIRECTORY_NAMES[random.nextInt(2)]);
    }
    return path.append('/').append(NAMES[random.nextInt(NAMES.length)]).toString();
  }

  @Test
  void a_long_run_agrees_with_the_model() {
    RandomOperations.check(4000, TreeModelTest::random, TreeModelTest::run);
  }

  @Test
  void many_short_runs_agree_with_the_model() {
    for (int i = 0; i < 40; i++) {
      RandomOperations.check(100, TreeModelTest::random, TreeModelTest::run);
    }
  }

  private static void run(List<Operation> operations) throws IOException {
    try (TreeFixture fs = new TreeFixture(AccessPolicy.NOATIME)) {
      Run run = new Run(fs);
      for (Operation operation : operations) {
        run.step(operation);
      }
      run.compareAll();
      run.closeHandles();
      TreeInvariants.check(fs.live);
      assertThat(run.orphans()).isZero();
    }
  }

  /** One sequence of operations on both sides. */
  private static final class Run {
    private final TreeFixture fs;
    private NamespaceModel model;
    private NamespaceModel committed;
    private final TreeMap<Integer, OpenFile> handles = new TreeMap<>();
    private final TreeMap<Integer, Node> held = new TreeMap<>();

    Run(TreeFixture fs) {
      this.fs = fs;
      this.model = new NamespaceModel(fs.clock.nanos());
      this.committed = model.copy();
    }

    void step(Operation operation) throws IOException {
      long now = fs.clock.tick();
      switch (operation.kind) {
        case COMMIT -> {
          fs.commit();
          committed = model.copy();
          compareAll();
        }
        case CRASH -> {
          fs.crash();
          fs.tree.purgeOrphans();
          handles.clear();
          held.clear();
          model = committed.copy();
          compareAll();
        }
        default ->
            assertThat(onTree(operation)).as("%s", operation).isEqualTo(onModel(operation, now));
      }
    }

    private String onTree(Operation operation) throws IOException {
      try {
        return onTree(operation, operation.path, operation.other, operation.number);
      } catch (TreeException e) {
        return e.failure().name();
      }
    }

    private String onTree(Operation operation, String path, String other, int number)
        throws IOException {
      switch (operation.kind) {
        case CREATE -> fs.create(path);
        case MKDIR -> fs.mkdir(path);
        case SYMLINK -> fs.symlink(path, target(other, number));
        case LINK -> fs.link(path, other);
        case UNLINK -> fs.unlink(path);
        case RMDIR -> fs.rmdir(path);
        case RENAME -> fs.rename(path, other);
        case RENAME_NEW -> fs.rename(path, other, false);
        case STAT -> {
          return describe(fs.stat(path));
        }
        case LSTAT -> {
          return describe(fs.lstat(path));
        }
        case READLINK -> {
          byte[] target = fs.tree.readSymlink(fs.lstat(path).number());
          return new String(target, StandardCharsets.UTF_8);
        }
        case CHMOD ->
            fs.tree.setAttributes(
                fs.stat(path).number(), AttributeChange.NONE.withPermissions(number));
        case CHOWN ->
            fs.tree.setAttributes(fs.lstat(path).number(), AttributeChange.NONE.withOwner(number));
        case XATTR ->
            fs.tree.setXattr(
                fs.lstat(path).number(),
                TreeFixture.bytes("trusted." + number % 3),
                TreeFixture.bytes("" + number),
                false,
                false);
        case WRITE -> {
          try (OpenFile file = fs.open(path)) {
            file.setSize(0);
            file.write(0, ByteBuffer.wrap(TreeFixture.bytes(text(number))));
          }
        }
        case CLONE -> fs.clone(path, other, number % 2 == 0, true);
        case OPEN -> {
          OpenFile before = handles.put(number % SLOTS, fs.open(path));
          if (before != null) {
            before.close();
          }
        }
        case APPEND -> {
          OpenFile file = handles.get(number % SLOTS);
          if (file != null) {
            file.append(ByteBuffer.wrap(TreeFixture.bytes("" + number)));
            return TreeFixture.read(file) + describe(file.stat());
          }
        }
        case CLOSE -> {
          OpenFile file = handles.remove(number % SLOTS);
          if (file != null) {
            file.close();
          }
        }
        default -> throw new AssertionError(operation);
      }
      return "";
    }

    private String onModel(Operation operation, long now) {
      try {
        return onModel(operation, operation.path, operation.other, operation.number, now);
      } catch (Refusal e) {
        return e.failure().name();
      }
    }

    private String onModel(Operation operation, String path, String other, int number, long now) {
      switch (operation.kind) {
        case CREATE -> model.add(at(path), new Node(FileType.REGULAR, 0644, now), now);
        case MKDIR -> model.add(at(path), new Node(FileType.DIRECTORY, 0755, now), now);
        case SYMLINK -> {
          Node link = new Node(FileType.SYMLINK, 0777, now);
          link.target = target(other, number);
          model.add(at(path), link, now);
        }
        case LINK -> {
          Place to = at(other);
          model.link(at(path).existing(), to, now);
        }
        case UNLINK -> model.unlink(at(path), now);
        case RMDIR -> model.removeDirectory(at(path), now);
        case RENAME -> model.rename(at(path), at(other), true, now);
        case RENAME_NEW -> model.rename(at(path), at(other), false, now);
        case STAT -> {
          return model.resolve(path, true).existing().describe();
        }
        case LSTAT -> {
          return at(path).existing().describe();
        }
        case READLINK -> {
          Node link = at(path).existing();
          if (link.type != FileType.SYMLINK) {
            throw new Refusal(Failure.INVALID);
          }
          return link.target;
        }
        case CHMOD -> {
          Node node = model.resolve(path, true).existing();
          node.permissions = number;
          node.changed = now;
        }
        case CHOWN -> {
          Node node = at(path).existing();
          node.uid = number;
          node.changed = now;
        }
        case XATTR -> {
          Node node = at(path).existing();
          node.xattrs.put("trusted." + number % 3, "" + number);
          node.changed = now;
        }
        case WRITE -> {
          Node node = regular(model.resolve(path, true).existing());
          node.text = text(number);
          node.touch(now);
        }
        case CLONE -> {
          Place to = at(other);
          model.cloneFile(at(path).existing(), to, number % 2 == 0, now);
        }
        case OPEN -> held.put(number % SLOTS, regular(model.resolve(path, true).existing()));
        case APPEND -> {
          Node node = held.get(number % SLOTS);
          if (node != null) {
            node.text += number;
            node.touch(now);
            return node.text + node.describe();
          }
        }
        case CLOSE -> held.remove(number % SLOTS);
        default -> throw new AssertionError(operation);
      }
      return "";
    }

    private Place at(String path) {
      return model.resolve(path, false);
    }

    private static Node regular(Node node) {
      if (node.isDirectory()) {
        throw new Refusal(Failure.IS_DIRECTORY);
      }
      return node;
    }

    private static String target(String path, int number) {
      return number % 2 == 0 ? path : path.substring(1);
    }

    private static String text(int number) {
      return ("text " + number).repeat(1 + number % 7);
    }

    private String describe(Inode inode) throws IOException {
      TreeMap<String, String> xattrs = new TreeMap<>();
      for (byte[] name : fs.tree.listXattrs(inode.number())) {
        byte[] value = fs.tree.getXattr(inode.number(), name);
        xattrs.put(
            new String(name, StandardCharsets.UTF_8), new String(value, StandardCharsets.UTF_8));
      }
      String target =
          inode.isSymlink()
              ? new String(fs.tree.readSymlink(inode.number()), StandardCharsets.UTF_8)
              : "";
      return String.format(
          "%s %o uid=%d nlink=%d size=%d m=%d c=%d %s%s",
          inode.type(),
          inode.mode() & 07777,
          inode.uid(),
          inode.nlink(),
          inode.sizeBytes(),
          inode.modifyNanos(),
          inode.changeNanos(),
          target,
          xattrs);
    }

    void compareAll() throws IOException {
      List<String> expected = new ArrayList<>();
      list(model.root, "", expected);
      List<String> actual = new ArrayList<>();
      list(fs.tree.stat(InodeNumber.ROOT), "", actual);
      assertThat(actual).isEqualTo(expected);
      TreeInvariants.check(fs.live);
    }

    private static void list(Node node, String path, List<String> lines) {
      lines.add(path + ": " + node.describe() + " " + node.text);
      node.children.forEach((name, child) -> list(child, path + "/" + name, lines));
    }

    private void list(Inode inode, String path, List<String> lines) throws IOException {
      String text = "";
      if (inode.isRegular()) {
        try (OpenFile file = fs.tree.open(inode.number())) {
          text = TreeFixture.read(file);
        }
      }
      lines.add(path + ": " + describe(inode) + " " + text);
      if (!inode.isDirectory()) {
        return;
      }
      TreeMap<String, Inode> children = new TreeMap<>();
      for (Dentry entry : fs.tree.list(inode.number(), 0, 100)) {
        FileName name = entry.name();
        children.put(name.toString(), fs.tree.stat(entry.inode()));
      }
      for (var child : children.entrySet()) {
        list(child.getValue(), path + "/" + child.getKey(), lines);
      }
    }

    void closeHandles() throws IOException {
      for (OpenFile file : handles.values()) {
        file.close();
      }
    }

    int orphans() throws IOException {
      return fs.live
          .range(
              RowKey.orphan(new InodeNumber(0)), RowKey.orphan(new InodeNumber(Long.MAX_VALUE)), 10)
          .size();
    }
  }
}
