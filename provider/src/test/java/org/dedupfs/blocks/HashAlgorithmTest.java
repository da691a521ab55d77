package org.dedupfs.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A digest that fails amid a block, as any does when there is no memory for its result. */
class HashAlgorithmTest {
  private final AtomicBoolean fails = new AtomicBoolean();
  private final Provider provider = new FailingDigests(fails);

  /** SHA-256 that can be told to fail once. */
  private static final class FailingDigest extends MessageDigest {
    private final MessageDigest inner;
    private final AtomicBoolean fails;

    FailingDigest(AtomicBoolean fails) throws NoSuchAlgorithmException {
      super("Failing-256");
      this.inner = MessageDigest.getInstance("SHA-256");
      this.fails = fails;
    }

    @Override
    protected int engineGetDigestLength() {
      return inner.getDigestLength();
    }

    @Override
    protected void engineUpdate(byte input) {
      inner.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      inner.update(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      if (fails.getAndSet(false)) {
        throw new OutOfMemoryError("for the test");
      }
      return inner.digest();
    }

    @Override
    protected void engineReset() {
      inner.reset();
    }
  }

  private static final class FailingDigests extends Provider {
    private static final long serialVersionUID = 1;

    FailingDigests(AtomicBoolean fails) {
      super("FailingDigests", "1", "for a test");
      putService(
          new Service(
              this,
              "MessageDigest",
              "Failing-256",
              FailingDigest.class.getName(),
              List.of(),
              Map.of()) {
            @Override
            public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
              return new FailingDigest(fails);
            }
          });
    }
  }

  @BeforeEach
  void add() {
    Security.addProvider(provider);
  }

  @AfterEach
  void remove() {
    Security.removeProvider(provider.getName());
  }

  @Test
  void bytes_of_a_block_that_failed_do_not_get_into_the_hash_of_the_next() throws Exception {
    HashAlgorithm algorithm = HashAlgorithm.of("Failing-256");
    byte[] first = Blocks.random(1, 1_000);
    byte[] second = Blocks.random(2, 1_000);
    BlockHash right = BlockHash.of(MessageDigest.getInstance("SHA-256").digest(second));
    fails.set(true);
    assertThatThrownBy(() -> algorithm.hash(ByteBuffer.wrap(first)))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(algorithm.hash(ByteBuffer.wrap(second))).isEqualTo(right);
    fails.set(true);
    assertThatThrownBy(() -> algorithm.hash(first, 0, first.length))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(algorithm.hash(second, 0, second.length)).isEqualTo(right);
  }
}
