package org.dedupfs.command;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What a module would hold, were this one. */
@AnalyzeClasses(packages = "org.dedupfs", importOptions = ImportOption.DoNotIncludeTests.class)
final class BridgeLayersTest {
  private static final String COMMAND = "org.dedupfs.command..";
  private static final String TRANSFER = "org.dedupfs.transfer..";
  private static final String HOST = "org.dedupfs.host..";
  private static final String BRIDGE = "org.dedupfs.bridge..";
  private static final String CONTROL = "org.dedupfs.control..";
  private static final String OPERATIONS = "org.dedupfs.bridge";
  private static final String LIBFUSE = "org.dedupfs.bridge.jnr..";
  private static final String MOUNT = "org.dedupfs.mount..";

  @ArchTest
  static final ArchRule transfer_knows_no_command_line =
      noClasses()
          .that(resideInAPackage(TRANSFER))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COMMAND, "picocli..");

  @ArchTest
  static final ArchRule the_control_channel_knows_neither_commands_nor_trees_of_the_host =
      noClasses()
          .that(resideInAPackage(CONTROL))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COMMAND, TRANSFER, "org.dedupfs.bridge..", "picocli..");

  @ArchTest
  static final ArchRule only_exported_types_of_the_provider_are_used =
      noClasses()
          .that()
          .resideInAnyPackage(COMMAND, TRANSFER, HOST, BRIDGE, CONTROL, MOUNT)
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.dedupfs..")
                  .and(
                      resideOutsideOfPackages(
                          "org.dedupfs", COMMAND, TRANSFER, HOST, BRIDGE, CONTROL, MOUNT)));

  @ArchTest
  static final ArchRule mounts_know_no_command_line =
      noClasses()
          .that()
          .resideInAnyPackage(MOUNT, BRIDGE, CONTROL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(COMMAND, TRANSFER, "picocli..");

  @ArchTest
  static final ArchRule nothing_below_knows_the_life_of_a_mount =
      noClasses()
          .that()
          .resideInAnyPackage(BRIDGE, CONTROL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(MOUNT);

  @ArchTest
  static final ArchRule the_bridge_knows_no_libfuse_and_nothing_above =
      noClasses()
          .that(resideInAPackage(OPERATIONS))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(LIBFUSE, COMMAND, TRANSFER);

  @ArchTest
  static final ArchRule libfuse_is_spoken_for_the_bridge_alone =
      noClasses()
          .that(resideInAPackage(LIBFUSE))
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.dedupfs..")
                  .and(resideOutsideOfPackages(OPERATIONS, LIBFUSE, HOST)));

  @ArchTest
  static final ArchRule jnr_stays_where_native_calls_are_made =
      noClasses()
          .that(resideOutsideOfPackages(HOST, LIBFUSE, "org.dedupfs.fixtures.."))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai..", "ru.serce..");

  @ArchTest
  static final ArchRule the_host_knows_nothing_of_us =
      noClasses()
          .that(resideInAPackage(HOST))
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.dedupfs..").and(resideOutsideOfPackages(HOST)));
}
