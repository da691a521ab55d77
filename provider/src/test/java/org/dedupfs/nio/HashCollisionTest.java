package org.dedupfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigestSpi;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;
import org.dedupfs.DedupOptions;
import org.dedupfs.DedupOptions.Durability;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of different bytes and the same hash, which a digest of one byte makes sure of. */
class HashCollisionTest {
  private static final String DIGEST = "FIRST-BYTE-ONLY";
  private static final int FILES = 300;

  @TempDir Path temp;

  /** SHA-256 of which all but the first byte is zero. */
  public static final class FirstByteOnly extends MessageDigestSpi {
    private final java.security.MessageDigest whole;

    public FirstByteOnly() throws NoSuchAlgorithmException {
      whole = java.security.MessageDigest.getInstance("SHA-256");
    }

    @Override
    protected int engineGetDigestLength() {
      return 32;
    }

    @Override
    protected void engineUpdate(byte input) {
      whole.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      whole.update(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      return Arrays.copyOf(new byte[] {whole.digest()[0]}, 32);
    }

    @Override
    protected void engineReset() {
      whole.reset();
    }
  }

  private static final class TestDigests extends Provider {
    private static final long serialVersionUID = 1L;

    TestDigests() {
      super("dedupfs-test", "1", "a digest that collides");
      put("MessageDigest." + DIGEST, FirstByteOnly.class.getName());
    }
  }

  @BeforeAll
  static void addDigest() {
    Security.addProvider(new TestDigests());
  }

  @AfterAll
  static void removeDigest() {
    Security.removeProvider("dedupfs-test");
  }

  private static byte[] content(int file) {
    byte[] bytes = new byte[3_000];
    new Random(file).nextBytes(bytes);
    return bytes;
  }

  @Test
  void with_verifyWrites_no_file_ever_gets_the_bytes_of_another() throws IOException {
    DedupOptions options =
        DedupOptions.builder().hash(DIGEST).verifyWrites(true).durability(Durability.CLOSE).build();
    Map<Integer, byte[]> written = new TreeMap<>();
    int refused = 0;
    DedupFileSystem store = DedupFileSystems.create(temp.resolve("store"), options);
    try {
      for (int file = 0; file < FILES; file++) {
        byte[] bytes = content(file);
        try {
          Files.write(store.getPath("/" + file), bytes);
          written.put(file, bytes);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("same hash");
          refused++;
        }
      }
    } finally {
      try {
        store.close();
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("same hash");
      }
    }
    // 256 hashes at most.
    assertThat(refused).isGreaterThanOrEqualTo(FILES - 256);
    assertThat(written).hasSizeGreaterThan(10);
    try (DedupFileSystem again = DedupFileSystems.open(temp.resolve("store"))) {
      for (Map.Entry<Integer, byte[]> each : written.entrySet()) {
        assertThat(Files.readAllBytes(again.getPath("/" + each.getKey())))
            .as("file %d", each.getKey())
            .isEqualTo(each.getValue());
      }
      for (int file = 0; file < FILES; file++) {
        Path path = again.getPath("/" + file);
        if (!written.containsKey(file) && Files.exists(path)) {
          assertThat(Files.size(path)).as("what was refused is not there").isZero();
        }
      }
    }
  }

  @Test
  void equal_bytes_are_one_block_and_a_damaged_one_is_no_collision() throws IOException {
    DedupOptions options = DedupOptions.builder().verifyWrites(true).build();
    try (DedupFileSystem store = DedupFileSystems.create(temp.resolve("equal"), options)) {
      for (int copy = 0; copy < 5; copy++) {
        Files.write(store.getPath("/" + copy), content(1));
        store.sync();
      }
      assertThat(store.statistics().blocks()).isEqualTo(1);
    }
  }
}
