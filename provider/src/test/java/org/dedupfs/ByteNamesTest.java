package org.dedupfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteNamesTest {

  @Test
  void every_pair_of_bytes_survives() {
    for (int first = 1; first < 256; first++) {
      for (int second = 1; second < 256; second++) {
        byte[] bytes = {(byte) first, (byte) second};
        assertThat(ByteNames.toBytes(ByteNames.toText(bytes))).isEqualTo(bytes);
      }
    }
  }

  @Test
  void random_bytes_survive() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("ByteNamesTest seed " + seed);
    Random random = new Random(seed);
    // Bytes around the borders of well-formed UTF-8 make more trouble than others.
    int[] nasty = {0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4};
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[random.nextInt(9)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            (byte)
                (random.nextBoolean()
                    ? nasty[random.nextInt(nasty.length)]
                    : 1 + random.nextInt(255));
      }
      assertThat(ByteNames.toBytes(ByteNames.toText(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void valid_utf_8_shows_as_itself() {
    for (int c = 1; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        String text = Character.toString(c);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (!ByteNames.toText(utf8).equals(text)
            || !java.util.Arrays.equals(ByteNames.toBytes(text), utf8)) {
          throw new AssertionError(Integer.toHexString(c));
        }
      }
    }
  }

  @Test
  void a_byte_that_is_not_utf_8_shows_as_a_lone_surrogate() {
    assertThat(ByteNames.toText(new byte[] {'a', (byte) 0xFF})).isEqualTo("a\uDCFF");
    assertThat(ByteNames.toText(new byte[] {(byte) 0xC0, (byte) 0x80})).isEqualTo("\uDCC0\uDC80");
  }

  @Test
  void an_encoded_surrogate_is_not_utf_8() {
    byte[] encoded = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
    assertThat(ByteNames.toText(encoded)).isEqualTo("\uDCED\uDCA0\uDC80");
  }

  @Test
  void nothing_is_normalised() {
    assertThat(ByteNames.toBytes("e\u0301")).isNotEqualTo(ByteNames.toBytes("\u00E9"));
  }

  @Test
  void nul_is_no_part_of_a_name() {
    assertThatThrownBy(() -> ByteNames.toBytes("a\0b"))
        .isInstanceOf(InvalidPathException.class)
        .hasMessageContaining("Nul");
  }

  @Test
  void other_lone_surrogates_stand_for_nothing() {
    for (String text : new String[] {"\uD800", "a\uDC7F", "\uDD00", "\uD800a", "\uDFFF"}) {
      assertThatThrownBy(() -> ByteNames.toBytes(text)).isInstanceOf(InvalidPathException.class);
    }
  }
}
