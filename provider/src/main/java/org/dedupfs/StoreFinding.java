package org.dedupfs;

import java.util.List;

/**
 * One thing that is wrong with a store, found by a check, a scrub or a repair.
 *
 * @param kind what is wrong
 * @param paths the names of the file or directory it is about, absolute; of one with very many
 *     names the first ones; empty if it has none, or none that can be found
 * @param ino the inode it is about, 0 if about none
 * @param offsetBytes where in the file the damaged bytes begin
 * @param lengthBytes how many bytes of the file cannot be read, 0 if it is not about bytes
 * @param block the id of the block it is about, 0 if about none
 * @param text what was found, one line
 */
public record StoreFinding(
    Kind kind,
    List<String> paths,
    long ino,
    long offsetBytes,
    long lengthBytes,
    long block,
    String text) {

  public StoreFinding {
    paths = List.copyOf(paths);
  }

  /** What can be wrong. */
  public enum Kind {
    /** SQLite finds the structure of its file damaged. */
    METADATA_STRUCTURE,
    /** A row of metadata is not what was written. */
    METADATA_ROW,
    /** A file of the block store is missing, has another length, or fails its checksums. */
    BLOCK_FILE,
    /** What finds blocks cannot be read to the end. */
    INDEX_UNREADABLE,
    /** A block is not found by its hash: its data would be stored again. */
    NOT_INDEXED,
    /** The index names a block that is not there, or another one. */
    STALE_INDEX,
    /** The counters of the blocks are wrong. */
    BLOCK_COUNTERS,
    /** There is no root directory. */
    NO_ROOT,
    /** A name stands for nothing. */
    NAME_OF_NOTHING,
    /** A name says another type of file than what it stands for has. */
    NAME_TYPE,
    /** A name cannot be found by looking it up. */
    NAME_PLACE,
    /** A name is none that a file can have. */
    NAME_MALFORMED,
    /** Names stand in a directory that does not exist. */
    NAME_WITHOUT_DIRECTORY,
    /** A directory has several names. */
    DIRECTORY_NAMES,
    /** A directory takes another one for its parent than has its name. */
    DIRECTORY_PARENT,
    /** A directory cannot be reached from the root. */
    DIRECTORY_UNREACHABLE,
    /** The count of names is wrong. */
    LINK_COUNT,
    /** A file has lost its names. */
    NO_NAME,
    /** A file without a name is not noted as such, and would never go. */
    ORPHAN_UNNOTED,
    /** Something is noted as a file without a name that has some, or that does not exist. */
    ORPHAN_NOTED,
    /** The attributes of a file make no sense. */
    ATTRIBUTES,
    /** A symbolic link has no target. */
    LINK_TARGET,
    /** Something belongs to a file that does not exist, or cannot have it. */
    OWNERLESS,
    /** Nothing says what a range of a file consists of. */
    EXTENT_GAP,
    /** Two things say what a range of a file consists of. */
    EXTENT_OVERLAP,
    /** What a file consists of does not end where the file does. */
    EXTENT_END,
    /** The count of bytes that are no holes is wrong. */
    ALLOCATED,
    /** A file needs a block that is not there. */
    BLOCK_MISSING,
    /** A file needs a block, and what is there is another one. */
    BLOCK_OTHER,
    /** A block cannot be read as it was written; writing the same data again heals it. */
    BLOCK_DAMAGED,
    /** A range of a file was found lost before, and reads as an error since. */
    RANGE_LOST,
    /** A total of the store is wrong. */
    TOTAL,
    /** A number that was given away already would be given away again. */
    NUMBER_REUSE,
    /** What the store was made with is missing or makes no sense. */
    PROPERTY
  }
}
