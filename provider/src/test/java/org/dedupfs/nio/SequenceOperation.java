package org.dedupfs.nio;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One step of a random sequence: a plain value, so that any part of a sequence means something.
 *
 * @param number decides whatever else there is to decide
 */
record SequenceOperation(Kind kind, String path, String other, int number) {

  /** Where an operation is carried out. */
  enum Area {
    NAMES,
    BYTES,
    ATTRIBUTES,
    STREAMS,
    CHANNELS
  }

  /** What is done, and how often, relative to the others. */
  enum Kind {
    CREATE_FILE(Area.NAMES, 4),
    CREATE_DIRECTORY(Area.NAMES, 5),
    CREATE_DIRECTORIES(Area.NAMES, 3),
    CREATE_TEMP(Area.NAMES, 2),
    SYMLINK(Area.NAMES, 4),
    LINK(Area.NAMES, 4),
    DELETE(Area.NAMES, 2),
    DELETE_IF_EXISTS(Area.NAMES, 2),
    MOVE(Area.NAMES, 6),
    COPY(Area.NAMES, 6),
    READ_LINK(Area.NAMES, 1),
    REAL_PATH(Area.NAMES, 2),
    SAME_FILE(Area.NAMES, 2),
    EXISTENCE(Area.NAMES, 2),
    WRITE_FILE(Area.BYTES, 6),
    WRITE_LINES(Area.BYTES, 2),
    READ_FILE(Area.BYTES, 3),
    LINES(Area.BYTES, 1),
    COPY_IN(Area.BYTES, 2),
    COPY_OUT(Area.BYTES, 1),
    INPUT_STREAM(Area.BYTES, 2),
    OUTPUT_STREAM(Area.BYTES, 2),
    MISMATCH(Area.BYTES, 1),
    ATTRIBUTES(Area.ATTRIBUTES, 4),
    NAMED_ATTRIBUTES(Area.ATTRIBUTES, 3),
    SET_PERMISSIONS(Area.ATTRIBUTES, 2),
    SET_MODE(Area.ATTRIBUTES, 2),
    SET_OWNER(Area.ATTRIBUTES, 2),
    SET_TIMES(Area.ATTRIBUTES, 3),
    SET_MODIFIED(Area.ATTRIBUTES, 2),
    XATTR_WRITE(Area.ATTRIBUTES, 3),
    XATTR_READ(Area.ATTRIBUTES, 2),
    XATTR_DELETE(Area.ATTRIBUTES, 1),
    LIST(Area.STREAMS, 2),
    GLOB(Area.STREAMS, 1),
    WALK(Area.STREAMS, 2),
    FIND(Area.STREAMS, 1),
    VISIT(Area.STREAMS, 2),
    OPEN(Area.CHANNELS, 7),
    CLOSE(Area.CHANNELS, 2),
    CHANNEL_WRITE(Area.CHANNELS, 5),
    CHANNEL_WRITE_AT(Area.CHANNELS, 4),
    CHANNEL_GATHER(Area.CHANNELS, 2),
    CHANNEL_READ(Area.CHANNELS, 3),
    CHANNEL_READ_AT(Area.CHANNELS, 3),
    CHANNEL_SCATTER(Area.CHANNELS, 2),
    CHANNEL_TRUNCATE(Area.CHANNELS, 3),
    CHANNEL_POSITION(Area.CHANNELS, 2),
    CHANNEL_TELL(Area.CHANNELS, 2),
    CHANNEL_TRANSFER_TO(Area.CHANNELS, 3),
    CHANNEL_TRANSFER_FROM(Area.CHANNELS, 3),
    CHANNEL_LOCK(Area.CHANNELS, 2),
    CHANNEL_FORCE(Area.CHANNELS, 1);

    private final Area area;
    private final int weight;

    Kind(Area area, int weight) {
      this.area = area;
      this.weight = weight;
    }

    Area area() {
      return area;
    }
  }

  private static final String[] NAMES = {"a", "b", "c"};
  private static final String[] ODD_NAMES = {".", "..", "ü", "x".repeat(256), ".hidden"};
  private static final int ODD_ONE_IN = 40;
  private static final List<Kind> WEIGHTED = weighted();

  private static List<Kind> weighted() {
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.weight; i++) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  static SequenceOperation random(RandomGenerator random) {
    return new SequenceOperation(
        WEIGHTED.get(random.nextInt(WEIGHTED.size())),
        path(random),
        path(random),
        random.nextInt(1 << 20));
  }

  private static String path(RandomGenerator random) {
    StringBuilder path = new StringBuilder(name(random));
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      path.append('/').append(name(random));
    }
    return path.toString();
  }

  private static String name(RandomGenerator random) {
    return random.nextInt(ODD_ONE_IN) == 0
        ? ODD_NAMES[random.nextInt(ODD_NAMES.length)]
        : NAMES[random.nextInt(NAMES.length)];
  }

  /** The {@code index}th of the choices that the number stands for: 0 to {@code bound - 1}. */
  int choice(int index, int bound) {
    int mixed = (number + 1) * 0x9E3779B1 ^ index * 0x85EBCA6B;
    mixed = (mixed ^ (mixed >>> 15)) * 0x2C1B3C6D;
    return Math.floorMod(mixed ^ (mixed >>> 13), bound);
  }

  @Override
  public String toString() {
    return "new SequenceOperation(Kind."
        + kind
        + ", \""
        + path
        + "\", \""
        + other
        + "\", "
        + number
        + ")";
  }
}
