package org.dedupfs.examples;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One range of bytes, as RFC 9110 (section 14) writes it in the header {@code Range}. */
record ByteRange(long first, long last) {
  private static final Pattern FORM =
      Pattern.compile("bytes=(?:(\\d{1,18})-(\\d{0,18})|-(\\d{1,18}))");

  long length() {
    return last - first + 1;
  }

  /**
   * What a header asks of a file; empty (length 0) if the file has none of it. Null where the
   * header is to be ignored: if there is none, it is malformed, or, as a server may, if it names
   * several.
   */
  static @Nullable ByteRange of(@Nullable String header, long size) {
    Matcher form = FORM.matcher(header == null ? "" : header.strip());
    if (!form.matches()) {
      return null;
    }
    if (form.group(3) != null) { // the last so many bytes
      return new ByteRange(Math.max(0, size - Long.parseLong(form.group(3))), size - 1);
    }
    long first = Long.parseLong(form.group(1));
    long last = form.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(form.group(2));
    return last < first ? null : new ByteRange(Math.min(first, size), Math.min(last, size - 1));
  }
}
