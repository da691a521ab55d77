package org.dedupfs.conformance;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.CombinedBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;

/** niotest, a test suite for providers of {@code java.nio.file}, on a store opened to be read. */
public class NiotestReadOnlyIT extends AllTests {
  @ClassRule public static final TemporaryFolder HOST = new TemporaryFolder();

  private static final Niotest.Tally TALLY = new Niotest.Tally();
  private static DedupFileSystem store;
  private static FSDescription fileSystem;

  @Rule public final Niotest.Tally tally = TALLY;

  public NiotestReadOnlyIT() {
    super(fileSystem);
  }

  @BeforeClass
  public static void openStore() throws IOException {
    Path elsewhere = HOST.newFolder("elsewhere").toPath();
    Path location = HOST.getRoot().toPath().resolve("store");
    try (DedupFileSystem writable = DedupFileSystems.create(location)) {
      Path full = Files.createDirectories(writable.getPath("/playground/full"));
      Files.createDirectory(writable.getPath("/playground/empty"));
      Files.write(full.resolve("one"), CONTENT);
      Files.write(full.resolve("two"), CONTENT);
    }
    store = DedupFileSystems.open(location, DedupOptions.builder().readOnly(true).build());
    Path playground = store.getPath("/playground");
    fileSystem =
        CombinedBuilder.build()
            .playgrounds()
            .differentProvider(elsewhere)
            .noClosable()
            .noSameProviderDifferentFileSystem()
            .noSameFileSystemDifferentStore()
            .noSizeLimit()
            .next()
            .readonlyPlayground()
            .set(playground)
            .nonEmptyDir(playground.resolve("full"))
            .emptyDir(playground.resolve("empty"))
            .file(playground.resolve("full/one"))
            .nonExisting(playground.resolve("nothing"))
            .next()
            .unix()
            .noPermissionChecks()
            .next()
            .pathConstraints()
            .unlimitedPathLength()
            .next()
            .watchable()
            .no()
            // Cases of these three begin by making what they look at.
            .symlinks()
            .no()
            .hardlinks()
            .no()
            .fileChannel()
            .no()
            .done();
    Niotest.without(
        fileSystem, "testFilenameTooLongBecauseUnicode", "Writes before anything is too long.");
    Niotest.without(
        fileSystem, "testIsSameFileOfSameContentDifferentPathIsNot", "Writes the same content.");
    Niotest.without(
        fileSystem,
        "testIsSameFileOfDifferentPathNonExistingFileIsNot",
        "As the JDK: what does not exist cannot be compared.");
    Niotest.without(
        fileSystem,
        "testIsSameFileOtherProvider",
        "As the JDK: a provider is asked for its own paths; Files.isSameFile does so.");
  }

  @AfterClass
  public static void closeStore() throws IOException {
    TALLY.print("niotest, read only");
    store.close();
  }
}
