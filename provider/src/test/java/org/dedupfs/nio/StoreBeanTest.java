package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.StoreFigure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open stores, as a management console sees them. */
class StoreBeanTest {
  private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path host;

  private DedupFileSystem create(String name, boolean jmx) throws IOException {
    return DedupFileSystems.create(host.resolve(name), DedupOptions.builder().jmx(jmx).build());
  }

  private Set<ObjectName> names() throws Exception {
    return server.queryNames(new ObjectName("org.dedupfs:type=Store,*"), null);
  }

  private static ObjectName nameOf(DedupFileSystem store) throws Exception {
    return new ObjectName(
        "org.dedupfs:type=Store,path=" + ObjectName.quote(store.storeDirectory().toString()));
  }

  @Test
  void only_a_store_that_was_asked_to_is_shown() throws Exception {
    try (DedupFileSystem quiet = create("quiet", false)) {
      assertThat(quiet.isOpen()).isTrue();
      assertThat(names()).isEmpty();
    }
  }

  @Test
  void two_stores_with_odd_names_are_shown_side_by_side_until_they_are_closed() throws Exception {
    DedupFileSystem one = create("one, \"two\" * = three?", true);
    try (one;
        DedupFileSystem two = create("two", true)) {
      assertThat(names()).containsExactlyInAnyOrder(nameOf(one), nameOf(two));
      Files.write(one.getPath("/file"), new byte[7]);
      assertThat(server.getAttribute(nameOf(one), "BytesWritten")).isEqualTo(7L);
      assertThat(server.getAttribute(nameOf(two), "BytesWritten")).isEqualTo(0L);
      assertThat(server.getAttribute(nameOf(one), "Files")).isEqualTo(1L);
      assertThat(server.getAttribute(nameOf(one), "DedupRatio")).isInstanceOf(Double.class);
      assertThat(server.getAttribute(nameOf(one), "ReadOnly")).isEqualTo(false);
      one.close();
      assertThat(names()).containsExactly(nameOf(two));
      assertThatThrownBy(() -> server.getAttribute(nameOf(one), "Files"))
          .isInstanceOf(InstanceNotFoundException.class);
    }
    assertThat(names()).isEmpty();
    try (DedupFileSystem again =
        DedupFileSystems.open(
            host.resolve("two"), DedupOptions.fromEnv(java.util.Map.of("jmx", "true")))) {
      assertThat(names()).containsExactly(nameOf(again));
    }
  }

  @Test
  void all_that_is_said_to_be_there_can_be_read_and_nothing_set() throws Exception {
    try (DedupFileSystem store = create("store", true)) {
      ObjectName name = nameOf(store);
      MBeanAttributeInfo[] attributes = server.getMBeanInfo(name).getAttributes();
      String[] all =
          Arrays.stream(attributes).map(MBeanAttributeInfo::getName).toArray(String[]::new);
      assertThat(all.length).isGreaterThan(StoreFigure.values().length);
      assertThat(server.getAttributes(name, all)).hasSize(all.length);
      for (MBeanAttributeInfo each : attributes) {
        assertThat(each.isWritable()).isFalse();
        assertThat(each.getDescription()).isNotBlank();
      }
      assertThatThrownBy(() -> server.getAttribute(name, "Nothing"))
          .isInstanceOf(AttributeNotFoundException.class);
      assertThatThrownBy(() -> server.setAttribute(name, new Attribute("Files", 1L)))
          .isInstanceOf(AttributeNotFoundException.class);
    }
  }

  @Test
  void what_is_asked_for_at_once_is_of_one_moment() throws Exception {
    try (DedupFileSystem store = create("store", true)) {
      ObjectName name = nameOf(store);
      String[] asked = new String[2_000];
      for (int i = 0; i < asked.length; i += 2) {
        asked[i] = "Files";
        asked[i + 1] = "BytesWritten";
      }
      AtomicInteger written = new AtomicInteger();
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(
              () -> {
                while (!enough.get()) {
                  writeOne(store.getPath("/" + written.incrementAndGet()));
                }
              });
      try {
        while (written.get() < 50) {
          Set<Object> values = new HashSet<>();
          server.getAttributes(name, asked).asList().forEach(each -> values.add(each.getValue()));
          assertThat(values).as("one value for each name").hasSizeBetween(1, 2);
        }
      } finally {
        enough.set(true);
        writer.get();
      }
    }
  }

  private static void writeOne(Path file) {
    try {
      Files.write(file, new byte[1_000]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void a_name_that_is_taken_keeps_no_store_from_being_opened() throws Exception {
    Path directory = host.resolve("store");
    ObjectName name;
    try (DedupFileSystem first = create("store", true)) {
      name = nameOf(first);
    }
    server.registerMBean(new javax.management.StandardMBean(() -> {}, Runnable.class), name);
    try (DedupFileSystem store =
        DedupFileSystems.open(directory, DedupOptions.builder().jmx(true).build())) {
      assertThat(store.isOpen()).isTrue();
    } finally {
      server.unregisterMBean(name); // not by the store, whose it is not
    }
  }
}
