package org.dedupfs.command;

/** What the manual page of the command says beyond {@code --help}, in the language of man. */
final class ManualText {
  static final String DESCRIPTION =
      """
      Stores files so that identical data takes space once, whatever it is called and whenever it
      was stored.
      A store is a directory of the host; blocks of data are kept in RocksDB, names and attributes
      in SQLite.
      What an application wrote and synced is there, byte for byte, after a crash or a power cut.
      A flipped bit is detected when it is read, reported, and never handed on as data.
      .PP
      No verb needs root, but only root can give files to others: what a user may not keep of
      owners, modes and attributes is named and counted.
      """;

  static final String STORES =
      """
      .SH "STORES AND PATHS"
      .I STORE
      is the directory of a store, or a URI:
      .B dedup:file:///srv/store!/a/b%20c
      names a store and a place in it.
      Paths inside a store start with a slash.
      .PP
      Names are bytes.
      Those that would disturb a terminal are shown with
      .B \\exNN
      for a byte;
      .B \\-\\-json
      gives them exactly, in base64.
      .PP
      One process at a time has a store open for writing; several may read one that nobody writes.
      A store that is mounted can be used by these verbs meanwhile: its process does the work.
      """;

  static final String STORE_OPTIONS =
      """
      .SH "OPTIONS OF A STORE"
      .BR \\-o " \\fIKEY\\fR=\\fIVALUE\\fR"
      sets any of these, for this run only.
      Those marked * are fixed when a store is made.
      .TP 20
      .B atime
      When reading a file sets its time of access:
      .BR relatime " (default), " noatime " or " strict .
      .TP
      .BR blocksDirectory " *"
      Where the data is kept; by default in the store's own directory.
      .TP
      .BR chunking " *"
      How data is cut into blocks:
      .BR cdc: \\fISIZE\\fR
      by its content (default cdc:64k),
      .BR fixed: \\fISIZE\\fR
      at multiples of a size.
      .TP
      .B commitInterval
      No more than this much work is lost by a crash, unless it was synced: 10ms to 1h (default 5s).
      .TP
      .B compression
      .BR zstd:\\-5 " to " zstd:19 ", " lz4 ", " deflate:1 " to " deflate:9 " or " none ;
      by default what the store was made with, zstd:1.
      .TP
      .B create
      Whether a missing or empty directory becomes a store: true or false (default).
      .TP
      .B durability
      When data survives a power cut without having been synced: with the next commit
      .RB ( interval ,
      the default), when a file is closed
      .RB ( close ),
      or when the store is closed
      .RB ( none ).
      .TP
      .B gc
      Time between collections in the background: 1m to 365d, or 0 (default) for none.
      .TP
      .BR group ", " owner
      Of new files: a name of the host or a number; by default those of the process.
      .TP
      .BR hash " *"
      A digest of Java of at least 256 bits (default SHA\\-256).
      .TP
      .B jmx
      Whether JMX shows what is done in the store while it is open: true or false (default).
      .TP
      .B memory
      Resident memory to aim at, at least 64M (default 512M).
      .TP
      .BR metadataDirectory " *"
      Where names and attributes are kept; by default in the store's own directory.
      .TP
      .B readOnly
      Whether all changes are refused: true or false.
      .TP
      .B threads
      Threads that chunk, hash and compress, 1 to 1024; by default one per core.
      .TP
      .B umask
      Bits that new files do not get, in octal; by default those of the process.
      .TP
      .B verifyReads
      Whether what is read is hashed again: true (default) or false.
      .TP
      .B verifyWrites
      Whether what was stored is read again: true or false (default).
      """;

  static final String ENVIRONMENT =
      """
      .SH ENVIRONMENT
      .TP
      .B DEDUPFS_JAVA_OPTS
      More options for the Java virtual machine; they win over those of the launcher.
      .TP
      .B JAVA_HOME
      The Java to use, 17 or newer; otherwise the one that is found.
      .TP
      .B NO_COLOR
      No colours, on a terminal either; so does
      .BR TERM=dumb .
      .TP
      .B CLICOLOR_FORCE
      Colours wherever the output goes, unless it is 0.
      """;

  private ManualText() {}
}
