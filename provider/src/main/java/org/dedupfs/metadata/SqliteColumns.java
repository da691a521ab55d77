package org.dedupfs.metadata;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Moves the columns of one row after the other in or out, with their checksum at the end. */
final class SqliteColumns {
  private SqliteColumns() {}

  /** Binds the columns of a row to a statement, in order. Not thread-safe. */
  static final class Writer {
    private final RowChecksum checksum;
    private final PreparedStatement statement;
    private int column;

    Writer(PreparedStatement statement, RowChecksum checksum) {
      this.statement = statement;
      this.checksum = checksum;
    }

    void start(Table<?> table) {
      checksum.start(table);
      column = 0;
    }

    Writer number(long value) throws SQLException {
      checksum.number(value);
      statement.setLong(++column, value);
      return this;
    }

    Writer bytes(byte[] value) throws SQLException {
      checksum.bytes(value);
      statement.setBytes(++column, value);
      return this;
    }

    void end() throws SQLException {
      statement.setLong(++column, checksum.value());
    }
  }

  /** Where the columns of a row come from; the first is 1. */
  interface Source {
    long number(int column) throws SQLException;

    byte @Nullable [] bytes(int column) throws SQLException;

    /** For messages. */
    @Nullable Object shown(int column) throws SQLException;
  }

  /** The row that a result stands on. */
  static Source of(ResultSet result) {
    return new Source() {
      @Override
      public long number(int column) throws SQLException {
        return result.getLong(column);
      }

      @Override
      public byte @Nullable [] bytes(int column) throws SQLException {
        return result.getBytes(column);
      }

      @Override
      public @Nullable Object shown(int column) throws SQLException {
        return result.getObject(column);
      }
    };
  }

  /** Reads the columns of the row that a source stands on, in order. Not thread-safe. */
  static final class Reader {
    private final Path file;
    private final Table<?> table;
    private final RowChecksum checksum;
    private final Source source;
    private int column;

    Reader(Path file, Table<?> table, Source source, RowChecksum checksum) {
      this.file = file;
      this.table = table;
      this.source = source;
      this.checksum = checksum;
    }

    void start() {
      checksum.start(table);
      column = 0;
    }

    long number() throws SQLException {
      long value = source.number(++column);
      checksum.number(value);
      return value;
    }

    byte[] bytes() throws SQLException, MetadataDamagedException {
      byte[] value = source.bytes(++column);
      if (value == null) {
        throw damaged("lacks column " + column);
      }
      checksum.bytes(value);
      return value;
    }

    /** To be called after the last column, before anything is made of what was read. */
    void end() throws SQLException, MetadataDamagedException {
      long stored = source.number(column + 1);
      long actual = checksum.value();
      if (stored != actual) {
        throw damaged(String.format("has checksum %08x, not %08x as stored", actual, stored));
      }
    }

    private MetadataDamagedException damaged(String how) throws SQLException {
      StringBuilder seen = new StringBuilder();
      for (int i = 1; i <= Math.min(3, column); i++) {
        Object value = source.shown(i);
        String shown =
            value instanceof byte[] bytes
                ? bytes.length <= FileName.MAX_BYTES
                    ? HexFormat.of().formatHex(bytes)
                    : bytes.length + " bytes"
                : String.valueOf(value);
        seen.append(i == 1 ? "" : ", ").append(shown);
      }
      return new MetadataDamagedException(
          "a row of " + table + ", (" + seen + "), " + how + ": " + file + " is damaged");
    }
  }
}
