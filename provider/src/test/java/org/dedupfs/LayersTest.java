package org.dedupfs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.spi.FileSystemProvider;

/**
 * Dependencies point downward only: {@code nio -> store -> tree -> content -> {metadata, blocks}},
 * with {@code maintenance} beside {@code tree}, {@code disk} and {@code activity} below all, and
 * {@code micrometer} on top of nothing but the root. The types of the root package are the language
 * all layers share; only its entry points know that there are layers at all.
 */
@AnalyzeClasses(packages = "org.dedupfs", importOptions = ImportOption.DoNotIncludeTests.class)
final class LayersTest {
  private static final String ROOT = "org.dedupfs";
  private static final String NIO = "org.dedupfs.nio..";
  private static final String STORE = "org.dedupfs.store..";
  private static final String TREE = "org.dedupfs.tree..";
  private static final String CONTENT = "org.dedupfs.content..";
  private static final String METADATA = "org.dedupfs.metadata..";
  private static final String BLOCKS = "org.dedupfs.blocks..";
  private static final String MAINTENANCE = "org.dedupfs.maintenance..";
  private static final String DISK = "org.dedupfs.disk..";
  private static final String ACTIVITY = "org.dedupfs.activity..";
  private static final String MICROMETER = "org.dedupfs.micrometer..";

  /** What {@code FileSystems} and users of the Java API start from, nested classes included. */
  private static final DescribedPredicate<JavaClass> ENTRY_POINTS =
      belongTo(
              assignableTo(FileSystemProvider.class)
                  .or(name("org.dedupfs.DedupFileSystems").forSubtype()))
          .as("entry points");

  @ArchTest
  static final ArchRule exported_types_know_no_layer =
      noClasses()
          .that(resideInAPackage(ROOT).and(not(ENTRY_POINTS)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(NIO, STORE, TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule entry_points_use_nothing_below_store =
      noClasses()
          .that(resideInAPackage(ROOT).and(ENTRY_POINTS))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE)
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule layers_do_not_use_entry_points =
      noClasses()
          .that()
          .resideInAnyPackage(STORE, TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE)
          .should()
          .dependOnClassesThat(resideInAPackage(ROOT).and(ENTRY_POINTS))
          .allowEmptyShould(true);

  @ArchTest static final ArchRule store_does_not_look_up = not_from(STORE, NIO);

  @ArchTest static final ArchRule tree_does_not_look_up = not_from(TREE, NIO, STORE, MAINTENANCE);

  @ArchTest
  static final ArchRule content_does_not_look_up = not_from(CONTENT, NIO, STORE, TREE, MAINTENANCE);

  @ArchTest
  static final ArchRule maintenance_uses_content_and_stores =
      not_from(MAINTENANCE, NIO, STORE, TREE);

  @ArchTest
  static final ArchRule blocks_use_no_other_layer =
      not_from(BLOCKS, NIO, STORE, TREE, CONTENT, METADATA, MAINTENANCE);

  @ArchTest
  static final ArchRule metadata_does_not_look_up =
      not_from(METADATA, NIO, STORE, TREE, CONTENT, MAINTENANCE);

  @ArchTest
  static final ArchRule disk_uses_no_layer =
      not_from(DISK, NIO, STORE, TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE);

  @ArchTest
  static final ArchRule activity_uses_no_layer =
      not_from(ACTIVITY, NIO, STORE, TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE, DISK);

  @ArchTest
  static final ArchRule micrometer_uses_exported_types_only =
      not_from(
          MICROMETER, NIO, STORE, TREE, CONTENT, METADATA, BLOCKS, MAINTENANCE, DISK, ACTIVITY);

  @ArchTest
  static final ArchRule micrometer_stays_in_its_package =
      classes()
          .that(not(resideInAPackage(MICROMETER)))
          .should()
          .onlyDependOnClassesThat(not(resideInAPackage("io.micrometer..")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule metadata_knows_only_the_identity_of_blocks =
      noClasses()
          .that()
          .resideInAPackage(METADATA)
          .should()
          .dependOnClassesThat(
              resideInAPackage(BLOCKS).and(not(name("org.dedupfs.blocks.BlockId").forSubtype())))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule rocksdb_stays_in_blocks =
      classes()
          .that(not(resideInAPackage(BLOCKS)))
          .should()
          .onlyDependOnClassesThat(not(resideInAPackage("org.rocksdb..")))
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule sqlite_stays_in_metadata =
      classes()
          .that(not(resideInAPackage(METADATA)))
          .should()
          .onlyDependOnClassesThat(
              not(resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")))
          .allowEmptyShould(true);

  private static ArchRule not_from(String layer, String... above) {
    return noClasses()
        .that()
        .resideInAPackage(layer)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(above)
        .allowEmptyShould(true);
  }
}
