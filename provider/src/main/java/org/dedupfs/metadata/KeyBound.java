package org.dedupfs.metadata;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import org.dedupfs.metadata.SqliteTable.KeyPart;

/**
 * Translates a {@link RowKey}, which may be any place between rows, to parameters of a statement on
 * a table whose key has only some of the three parts. A part that a table does not have is, in its
 * rows, 0 or null.
 */
final class KeyBound {
  private static final byte[] LEAST_NAME = {};
  private static final byte[] GREATEST_NAME = new byte[1024];

  static {
    Arrays.fill(GREATEST_NAME, (byte) 0xFF);
  }

  private final SqliteTable<?> table;
  private long first;
  private long second;
  private byte[] third;

  private KeyBound(SqliteTable<?> table, RowKey<?> key) {
    this.table = table;
    this.first = key.first();
    this.second = key.second();
    byte[] name = key.third();
    this.third = name == null ? LEAST_NAME : name;
  }

  /** Binds the key of an existing row, or of one that might exist. */
  static int bindKey(PreparedStatement statement, SqliteTable<?> table, RowKey<?> key)
      throws SQLException {
    return new KeyBound(table, key).bind(statement, 0);
  }

  /**
   * Binds the place before the first row that is not below {@code key}.
   *
   * @return how many parameters are bound now
   */
  static int bindLower(PreparedStatement statement, int bound, SqliteTable<?> table, RowKey<?> key)
      throws SQLException {
    KeyBound place = new KeyBound(table, key);
    if (!table.keyParts().contains(KeyPart.THIRD) && key.third() != null) {
      place.stepSecond();
    }
    if (!table.keyParts().contains(KeyPart.SECOND) && place.second != 0) {
      place.third = LEAST_NAME;
      if (place.second > 0) {
        place.stepFirst();
      }
    }
    if (!table.keyParts().contains(KeyPart.FIRST) && place.first != 0) {
      place.third = place.first < 0 ? LEAST_NAME : GREATEST_NAME;
    }
    return place.bind(statement, bound);
  }

  private void stepSecond() {
    if (second == Long.MAX_VALUE) {
      second = Long.MIN_VALUE;
      stepFirst();
    } else {
      second++;
    }
  }

  private void stepFirst() {
    // There is no row with the greatest number, so stopping there loses none.
    first = first == Long.MAX_VALUE ? first : first + 1;
  }

  /**
   * Binds the place of the last row that is not above {@code key}, for a floor.
   *
   * @return how many parameters are bound now, or -1 if no row can be found
   */
  static int bindFloor(PreparedStatement statement, SqliteTable<?> table, RowKey<?> key)
      throws SQLException {
    KeyBound place = new KeyBound(table, key);
    if (!table.keyParts().contains(KeyPart.FIRST) && place.first != 0) {
      return -1;
    }
    if (!table.keyParts().contains(KeyPart.SECOND)) {
      if (place.second < 0) {
        return -1;
      }
      if (place.second > 0) {
        place.third = GREATEST_NAME;
      }
    }
    return place.bind(statement, 0);
  }

  private int bind(PreparedStatement statement, int bound) throws SQLException {
    int column = bound;
    for (KeyPart part : table.keyParts()) {
      switch (part) {
        case FIRST -> statement.setLong(++column, first);
        case SECOND -> statement.setLong(++column, second);
        case THIRD -> statement.setBytes(++column, third);
      }
    }
    return column;
  }
}
