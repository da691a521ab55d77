package org.dedupfs.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dedupfs.ByteNames;

/** Any text as a size; any name on any terminal. */
class SizeFuzzTest {
  private static final Map<Character, Integer> POWERS = Map.of('K', 1, 'M', 2, 'G', 3, 'T', 4);

  @FuzzTest(maxDuration = "60s")
  void sizes_are_exact_or_refused_and_names_control_no_terminal(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    size(text);
    for (int i = 0; i < input.length; i++) {
      input[i] = input[i] == 0 ? 1 : input[i]; // no name has it
    }
    for (Charset terminal : List.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII)) {
      shown(ByteNames.toText(input), terminal);
    }
    harmless(FailureReport.oneLine(text));
    harmless(new Json().addName("path", ByteNames.toText(input)).add("text", text).toString());
  }

  private static void size(String text) {
    long size;
    try {
      size = Quantities.parseBytes(text);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("is no size");
      return;
    }
    String digits = text.replaceAll("[^0-9].*", "");
    String rest = text.substring(digits.length()).toUpperCase(Locale.ROOT);
    int power = rest.isEmpty() ? 0 : POWERS.getOrDefault(rest.charAt(0), 0);
    BigInteger exact = new BigInteger(digits).shiftLeft(10 * power);
    assertThat(BigInteger.valueOf(size)).as(text).isEqualTo(exact);
  }

  private static void shown(String name, Charset terminal) {
    String shown = ShownName.of(name, terminal);
    harmless(shown);
    assertThat(terminal.newEncoder().canEncode(shown)).isTrue();
  }

  private static void harmless(String shown) {
    shown
        .codePoints()
        .forEach(
            c -> {
              int type = Character.getType(c);
              assertThat(
                      type == Character.CONTROL
                          || type == Character.FORMAT
                          || type == Character.SURROGATE
                          || type == Character.LINE_SEPARATOR
                          || type == Character.PARAGRAPH_SEPARATOR)
                  .as("U+%04X", c)
                  .isFalse();
            });
  }
}
