/**
 * Deduplicating file systems for {@code java.nio.file}: the provider of the scheme {@code dedup:}.
 * Works on the module path and on the class path.
 */
module org.dedupfs {
  requires com.github.benmanes.caffeine;
  requires com.github.luben.zstd_jni;
  requires java.sql;
  requires jdk.unsupported; // DIRECT, to open files past the page cache
  requires org.lz4.java;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires rocksdbjni;
  requires static com.google.errorprone.annotations;
  requires static java.management; // for option jmx
  requires static jdk.jfr; // events, where there is a flight recorder
  requires static micrometer.core; // for org.dedupfs.micrometer
  requires static transitive org.jspecify;

  exports org.dedupfs;
  exports org.dedupfs.micrometer;

  provides java.nio.file.spi.FileSystemProvider with
      org.dedupfs.nio.DedupFileSystemProvider;
}
