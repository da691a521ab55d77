package org.dedupfs.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.dedupfs.StoreDamagedException;
import org.dedupfs.StoreFormatException;
import org.dedupfs.metadata.Change;
import org.dedupfs.metadata.MetadataStore;
import org.dedupfs.metadata.NameCookies;
import org.dedupfs.metadata.Property;
import org.dedupfs.metadata.RowKey;
import org.jspecify.annotations.Nullable;

/** Which store this is; recorded last when one is created, so that a store with it is complete. */
record StoreIdentity(UUID uuid, long cookieKey0, long cookieKey1) {
  /** Of how the parts of a store belong together; metadata and blocks have their own versions. */
  static final int FORMAT = 1;

  static final String FORMAT_PROPERTY = "format";
  static final String UUID_PROPERTY = "uuid";
  private static final String COOKIE_KEY = "cookieKey";

  static StoreIdentity random() {
    SecureRandom random = new SecureRandom();
    return new StoreIdentity(UUID.randomUUID(), random.nextLong(), random.nextLong());
  }

  /**
   * Null when there is none: the creation of the store was interrupted.
   *
   * @throws StoreFormatException if a newer version wrote it
   * @throws StoreDamagedException if it is malformed
   */
  static @Nullable StoreIdentity recorded(Path store, MetadataStore metadata) throws IOException {
    Property format = metadata.get(RowKey.property(FORMAT_PROPERTY));
    Property uuid = metadata.get(RowKey.property(UUID_PROPERTY));
    Property key = metadata.get(RowKey.property(COOKIE_KEY));
    if (format == null && uuid == null && key == null) {
      return null;
    }
    try {
      if (format == null || uuid == null || key == null) {
        throw new IllegalArgumentException("a property is missing");
      }
      int version = Integer.parseInt(format.value());
      if (version > FORMAT) {
        throw new StoreFormatException(
            store,
            String.format(
                "the store %s has format %d and this DedupFS knows formats up to %d; use a newer"
                    + " DedupFS",
                store, version, FORMAT),
            null);
      }
      ByteBuffer keys = ByteBuffer.wrap(HexFormat.of().parseHex(key.value()));
      return new StoreIdentity(UUID.fromString(uuid.value()), keys.getLong(), keys.getLong(8));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new StoreDamagedException(
          store, "the identity of the store " + store + " is damaged: " + e.getMessage(), e);
    }
  }

  void record(Change change) {
    properties().forEach(change::put);
  }

  List<Property> properties() {
    byte[] keys = ByteBuffer.allocate(16).putLong(cookieKey0).putLong(cookieKey1).array();
    return List.of(
        new Property(FORMAT_PROPERTY, Integer.toString(FORMAT)),
        new Property(UUID_PROPERTY, uuid.toString()),
        new Property(COOKIE_KEY, HexFormat.of().formatHex(keys)));
  }

  NameCookies nameCookies() {
    return new NameCookies(cookieKey0, cookieKey1);
  }
}
