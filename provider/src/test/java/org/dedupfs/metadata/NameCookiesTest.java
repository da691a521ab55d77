package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NameCookiesTest {
  /** Key 00..0f, message 00..(n-1), from the reference implementation of SipHash-2-4. */
  @Test
  void the_hash_is_siphash_2_4() {
    NameCookies cookies = new NameCookies(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
    assertThat(cookies.sipHash24(message(0))).isEqualTo(0x726fdb47dd0e0e31L);
    assertThat(cookies.sipHash24(message(1))).isEqualTo(0x74f839c593dc67fdL);
    assertThat(cookies.sipHash24(message(8))).isEqualTo(0x93f5f5799a932462L);
    assertThat(cookies.sipHash24(message(15))).isEqualTo(0xa129ca6149be45e5L);
  }

  private static byte[] message(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  @Test
  void cookies_have_62_bits_and_leave_the_smallest_free() {
    NameCookies cookies = new NameCookies(3, 4);
    for (int i = 0; i < 10_000; i++) {
      assertThat(cookies.cookie(FileName.of("n" + i))).isBetween(16L, (1L << 62) - 1);
    }
  }

  @Test
  void the_key_changes_the_cookie() {
    FileName name = FileName.of("name");
    assertThat(new NameCookies(1, 2).cookie(name))
        .isEqualTo(new NameCookies(1, 2).cookie(name))
        .isNotEqualTo(new NameCookies(1, 3).cookie(name));
  }
}
