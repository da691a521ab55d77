package org.dedupfs.conformance;

import de.pfabulist.lindwurm.niotest.tests.AllTests;
import de.pfabulist.lindwurm.niotest.tests.FSDescription;
import de.pfabulist.lindwurm.niotest.tests.descriptionbuilders.CombinedBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.ClassRule;
import org.junit.rules.TemporaryFolder;

/** niotest, a suite of others for providers of {@code java.nio.file}, on a store. */
public class NiotestIT extends AllTests {
  @ClassRule public static final TemporaryFolder HOST = new TemporaryFolder();

  private static FSDescription description;
  private static List<DedupFileSystem> stores;

  public NiotestIT() {
    super(description);
  }

  @BeforeClass
  public static void openStores() throws IOException {
    Path host = HOST.getRoot().toPath();
    stores =
        List.of(
            DedupFileSystems.create(host.resolve("store")),
            DedupFileSystems.create(host.resolve("other")),
            DedupFileSystems.create(host.resolve("closed")));
    description =
        CombinedBuilder.build()
            .playgrounds()
            .std(playground(stores.get(0)))
            .sameProviderDifferentFileSystem(playground(stores.get(1)))
            .closable(playground(stores.get(2)))
            .differentProvider(Files.createDirectory(host.resolve("elsewhere")))
            .noSizeLimit()
            .noSameFileSystemDifferentStore()
            .next()
            .unix()
            .noPermissionChecks()
            .next()
            .pathConstraints()
            .noMaxPathLength()
            .next()
            .watchable()
            .delay(Integer.getInteger("x.watch", 500))
            .done();
    if (!Boolean.getBoolean("x.watching")) {
      description.removeTopic(de.pfabulist.lindwurm.niotest.tests.topics.Watchable.class);
    }
  }

  private static Path playground(DedupFileSystem store) throws IOException {
    return Files.createDirectory(store.getPath("/playground"));
  }

  @AfterClass
  public static void closeStores() throws IOException {
    for (DedupFileSystem store : stores) {
      store.close();
    }
  }
}
