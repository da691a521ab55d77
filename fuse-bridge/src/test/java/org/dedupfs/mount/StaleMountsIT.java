package org.dedupfs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.dedupfs.fixtures.process.ForkedJvm;
import org.dedupfs.host.MountEntry;
import org.dedupfs.host.MountTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dead mount is cleaned while others do the same, and mount there anew. */
final class StaleMountsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Class<?> SERVER = server();

  @TempDir Path directory;
  private final List<ForkedJvm> servers = new ArrayList<>();
  private Path place;

  @BeforeEach
  void make_a_place() throws Exception {
    FuseAvailability.check();
    place = Files.createDirectory(directory.toRealPath().resolve("mnt"));
  }

  @AfterEach
  void leave_nothing_mounted() throws Exception {
    servers.forEach(ForkedJvm::close);
    while (MountTable.read().at(place).isPresent()) {
      FusermountTool.detach(place);
    }
  }

  private static Class<?> server() {
    try {
      return Class.forName("org.dedupfs.mounted.MountServer");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Mounts as we do, but is never known as the process that serves: so it is right after it. */
  private ForkedJvm mount(String store) throws IOException, InterruptedException {
    Path where = directory.toRealPath().resolve(store);
    BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    List<String> line =
        List.of("" + where, "" + place, "fsname=" + where + ",subtype=" + MountRequest.SUBTYPE);
    ForkedJvm server = ForkedJvm.start(SERVER, List.of("-Xmx160m"), line, answers::add);
    servers.add(server);
    assertThat(answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as(server.stderr())
        .isEqualTo("mounted");
    return server;
  }

  private MountEntry there() throws IOException {
    return MountTable.read().at(place).orElseThrow();
  }

  private MountEntry killed() throws Exception {
    mount("store").kill();
    MountEntry dead = there();
    assertThat(StaleMounts.isStale(dead)).isTrue();
    return dead;
  }

  /** Says what is true, and then lets something happen. */
  private static StaleMounts.Probe probe(List<Boolean> answers, Between then) {
    return mount -> {
      boolean stale = StaleMounts.isStale(mount);
      answers.add(stale);
      if (answers.size() == 1) {
        then.happens();
      }
      return stale;
    };
  }

  private interface Between {
    void happens() throws IOException, InterruptedException;
  }

  private void mountAnew(String store) throws IOException, InterruptedException {
    FusermountTool.detach(place);
    mount(store);
  }

  private void assertAlive() throws Exception {
    ForkedJvm server = servers.get(servers.size() - 1);
    Files.writeString(place.resolve("file"), "kept");
    assertThat(place.resolve("file")).hasContent("kept");
    server.send("end");
    assertThat(server.awaitExit(PATIENCE)).as(server.stderr()).isEqualTo(OptionalInt.of(0));
  }

  @Test
  void a_dead_mount_is_taken_away() throws Exception {
    MountEntry dead = killed();
    assertThat(StaleMounts.clean(dead)).isTrue();
    assertThat(MountTable.read().at(place)).isEmpty();
    assertThat(StaleMounts.clean(dead)).isFalse();
  }

  @Test
  void the_same_store_that_was_mounted_there_meanwhile_stays() throws Exception {
    MountEntry dead = killed();
    List<Boolean> answers = new ArrayList<>();
    assertThat(StaleMounts.clean(dead, probe(answers, () -> mountAnew("store")))).isFalse();
    // The kernel gives the number of the dead one's device again, unless it is wanted elsewhere: as
    // a rule nothing tells the two apart but the answer.
    assertThat(answers).isEqualTo(there().equals(dead) ? List.of(true, false) : List.of(true));
    assertAlive();
  }

  @Test
  void another_store_that_was_mounted_there_meanwhile_stays() throws Exception {
    MountEntry dead = killed();
    assertThat(StaleMounts.clean(dead, probe(new ArrayList<>(), () -> mountAnew("other"))))
        .isFalse();
    assertThat(there().source()).isEqualTo(directory.toRealPath().resolve("other"));
    assertAlive();
  }

  @Test
  void a_dead_mount_that_somebody_else_has_just_cleaned_is_no_failure() throws Exception {
    MountEntry dead = killed();
    List<Boolean> answers = new ArrayList<>();
    StaleMounts.Probe cleanedAtTheLastMoment =
        mount -> {
          answers.add(StaleMounts.isStale(mount));
          if (answers.size() == 2) {
            FusermountTool.detach(place);
          }
          return true;
        };
    assertThat(StaleMounts.clean(dead, cleanedAtTheLastMoment)).isFalse();
    assertThat(answers).containsExactly(true, true);
    assertThat(MountTable.read().at(place)).isEmpty();
  }
}
