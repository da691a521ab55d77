package org.dedupfs.metadata;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the records out of the pages of a metadata file; what makes no sense is passed over. */
final class SqliteCells {
  private static final int PAGE = SqliteFormat.PAGE_BYTES;
  private static final int INDEX_INTERIOR = 0x02;
  private static final int INDEX_LEAF = 0x0a;
  private static final int TABLE_LEAF = 0x0d;
  private static final int LEAST_LOCAL = (PAGE - 12) * 32 / 255 - 23;
  private static final int MOST_LOCAL_IN_TABLE = PAGE - 35;
  private static final int MOST_LOCAL_IN_INDEX = (PAGE - 12) * 64 / 255 - 23;

  /** No row of ours comes near it. */
  private static final long MOST_PAYLOAD = 64L << 20;

  private final SqlitePages pages;

  SqliteCells(SqlitePages pages) {
    this.pages = pages;
  }

  /**
   * A record.
   *
   * @param inTable whether it has a row id
   * @param values of its columns: {@code Long}, {@code byte[]} or null
   */
  record Cell(boolean inTable, long rowId, List<@Nullable Object> values) {}

  /** All records of a page, in no particular order. */
  List<Cell> of(int number) throws IOException {
    List<Cell> cells = new ArrayList<>();
    byte[] bytes = pages.page(number);
    if (bytes == null) {
      return cells;
    }
    int start = number == 1 ? 100 : 0;
    int kind = bytes[start];
    if (kind != TABLE_LEAF && kind != INDEX_LEAF && kind != INDEX_INTERIOR) {
      return cells;
    }
    ByteBuffer page = ByteBuffer.wrap(bytes);
    int header = kind == INDEX_INTERIOR ? 12 : 8;
    int count = Math.min(page.getShort(start + 3) & 0xFFFF, (PAGE - start - header) / 2);
    for (int i = 0; i < count; i++) {
      Cell cell = cellOrNull(page, start + header + 2 * i, kind);
      if (cell != null) {
        cells.add(cell);
      }
    }
    return cells;
  }

  /** Null where no record can be: bounds, or a number that makes no sense. */
  private @Nullable Cell cellOrNull(ByteBuffer page, int pointer, int kind) throws IOException {
    try {
      int at = page.getShort(pointer) & 0xFFFF;
      return cell(page.position(at), kind);
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | ArithmeticException e) {
      return null;
    }
  }

  private Cell cell(ByteBuffer page, int kind) throws IOException {
    if (kind == INDEX_INTERIOR) {
      page.getInt();
    }
    long length = varint(page);
    boolean inTable = kind == TABLE_LEAF;
    long rowId = inTable ? varint(page) : 0;
    if (length < 1 || length > MOST_PAYLOAD) {
      throw new IllegalArgumentException("a record of " + length + " bytes");
    }
    byte[] payload = payload(page, (int) length, inTable);
    return new Cell(inTable, rowId, values(ByteBuffer.wrap(payload)));
  }

  private byte[] payload(ByteBuffer page, int length, boolean inTable) throws IOException {
    int most = inTable ? MOST_LOCAL_IN_TABLE : MOST_LOCAL_IN_INDEX;
    int local = length;
    if (length > most) {
      int rest = LEAST_LOCAL + (length - LEAST_LOCAL) % (PAGE - 4);
      local = rest <= most ? rest : LEAST_LOCAL;
    }
    byte[] first = new byte[local];
    page.get(first);
    if (local == length) {
      return first;
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(first);
    int next = page.getInt();
    while (whole.size() < length) {
      byte[] more = pages.page(next);
      if (more == null) {
        throw new IllegalArgumentException("a record continues on page " + next);
      }
      whole.write(more, 4, Math.min(PAGE - 4, length - whole.size()));
      next = ByteBuffer.wrap(more).getInt();
    }
    return whole.toByteArray();
  }

  private static List<@Nullable Object> values(ByteBuffer record) {
    int header = Math.toIntExact(varint(record));
    List<Long> types = new ArrayList<>();
    while (record.position() < header) {
      types.add(varint(record));
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (long type : types) {
      values.add(value(record, type));
    }
    return values;
  }

  private static @Nullable Object value(ByteBuffer record, long type) {
    if (type == 0) {
      return null;
    }
    if (type == 8 || type == 9) {
      return type - 8;
    }
    if (type <= 6) {
      return number(record, type <= 4 ? (int) type : type == 5 ? 6 : 8);
    }
    if (type < 12) {
      throw new IllegalArgumentException("a column of type " + type);
    }
    long length = (type - 12) / 2;
    if (length > record.remaining()) {
      throw new IllegalArgumentException("a column of " + length + " bytes");
    }
    byte[] bytes = new byte[(int) length];
    record.get(bytes);
    return bytes;
  }

  private static long number(ByteBuffer record, int bytes) {
    long value = record.get();
    for (int i = 1; i < bytes; i++) {
      value = value << 8 | (record.get() & 0xFF);
    }
    return value;
  }

  private static long varint(ByteBuffer from) {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      byte b = from.get();
      value = value << 7 | (b & 0x7F);
      if (b >= 0) {
        return value;
      }
    }
    return value << 8 | (from.get() & 0xFF);
  }
}
