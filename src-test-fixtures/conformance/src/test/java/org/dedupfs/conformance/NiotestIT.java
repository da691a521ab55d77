package org.dedupfs.conformance;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.CombinedBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;

/** niotest, a test suite for providers of {@code java.nio.file}, on a store. */
public class NiotestIT extends AllTests {
  @ClassRule public static final TemporaryFolder HOST = new TemporaryFolder();

  private static final Niotest.Tally TALLY = new Niotest.Tally();
  private static final List<DedupFileSystem> STORES = new ArrayList<>();
  private static FSDescription fileSystem;

  @Rule public final Niotest.Tally tally = TALLY;

  public NiotestIT() {
    super(fileSystem);
  }

  @BeforeClass
  public static void openStores() throws IOException {
    Path elsewhere = HOST.newFolder("elsewhere").toPath();
    fileSystem =
        CombinedBuilder.build()
            .playgrounds()
            .std(playground("store"))
            .sameProviderDifferentFileSystem(playground("other"))
            .closable(playground("closed"))
            .differentProvider(elsewhere)
            // A store is as large as what it lies in, which is not so easily made small.
            .noSizeLimit()
            // A file system has one store.
            .noSameFileSystemDifferentStore()
            .next()
            .unix()
            // Permissions are kept, and enforced by the kernel on a mount, not in Java.
            .noPermissionChecks()
            .next()
            .pathConstraints()
            // Names have limits, paths have none.
            .unlimitedPathLength()
            .next()
            .watchable()
            .delay(500)
            .done();
    doesAsTheJdkDoes();
  }

  /** Cases that the JDK's own provider of Unix fails for the same reason. */
  private static void doesAsTheJdkDoes() {
    Niotest.without(
        fileSystem,
        "testCopyBrokenSymLinkToItself",
        "Wants a copy of a broken link to itself to do nothing; the copy follows the link.");
    Niotest.without(
        fileSystem,
        "testSymLinkToUnnormalizedRelPath",
        "Wants FILE/.. to be the directory of FILE; a file has no '..'.");
    Niotest.without(
        fileSystem,
        "testIsSameFileOfDifferentPathNonExistingFileIsNot",
        "Wants FILE/name not to be the same file as another; looking it up is an error.");
    Niotest.without(
        fileSystem,
        "testIsSameFileOtherProvider",
        "Asks the provider for a first path that is not its own; Files.isSameFile never does.");
    Niotest.without(
        fileSystem,
        "testTruncateOnAppendChannelThrows",
        "Wants a channel in append mode not to truncate; ftruncate does.");
    Niotest.without(
        fileSystem,
        "testOverwriteSetLastAccessTime",
        "Wants truncation to be an access; POSIX marks the change only.");
    Niotest.without(
        fileSystem,
        "testCreateFileSetsLastAccessTimeOfParent",
        "Wants a new name to be an access to the directory; POSIX marks the change only.");
    Niotest.without(
        fileSystem,
        "testCreateDirSetsLastAccessTimeOfParent",
        "Wants a new name to be an access to the directory; POSIX marks the change only.");
    Niotest.without(
        fileSystem,
        "testMovedWatchedDirCancelsKeys",
        "Wants a key to end when its directory gets another name; it goes on being watched.");
    if (Runtime.version().feature() > 21) {
      Niotest.without(
          fileSystem,
          "testTransferFromPositionBeyondFileSizeDoesNothing",
          "Wants transferFrom beyond the end to do nothing; since Java 22 the JDK writes there.");
    }
  }

  private static Path playground(String name) throws IOException {
    DedupOptions options =
        DedupOptions.builder().accessTimes(DedupOptions.AccessTimes.STRICT).build();
    DedupFileSystem store = DedupFileSystems.create(HOST.getRoot().toPath().resolve(name), options);
    STORES.add(store);
    return Files.createDirectory(store.getPath("/playground"));
  }

  @AfterClass
  public static void closeStores() throws IOException {
    TALLY.print("niotest");
    for (DedupFileSystem store : STORES) {
      store.close();
    }
  }
}
