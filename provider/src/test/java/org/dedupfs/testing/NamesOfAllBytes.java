package org.dedupfs.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.dedupfs.DedupUri;

/**
 * A program that makes files with every kind of name in a store and finds them again by every way;
 * it is run with several locales, on the class path and on the module path, and so lives in a
 * package that the module does not have.
 */
public final class NamesOfAllBytes {
  private static final int RANDOM_NAMES = 200;

  private NamesOfAllBytes() {}

  /** The URI of the store is given; the last line says how many names there were. */
  public static void main(String[] arguments) throws IOException {
    URI uri = URI.create(arguments[0]);
    try (FileSystem store = FileSystems.newFileSystem(uri, Map.of("create", "true"))) {
      System.out.println("module " + store.getClass().getModule().getName());
      System.out.println("charset " + Charset.defaultCharset());
      System.out.println("names " + create(uri, store));
    }
    try (FileSystem store = FileSystems.newFileSystem(uri, Map.of())) {
      System.out.println("found " + find(uri, store));
    }
  }

  private static int create(URI uri, FileSystem store) throws IOException {
    for (byte[] name : names()) {
      Path path = Path.of(uriOf(uri, name));
      Files.write(path, name);
      check(path, store, uri, name);
    }
    return names().size();
  }

  private static int find(URI uri, FileSystem store) throws IOException {
    Set<Path> wanted = new HashSet<>();
    for (byte[] name : names()) {
      Path path = Path.of(uriOf(uri, name));
      if (!java.util.Arrays.equals(Files.readAllBytes(path), name)) {
        throw new AssertionError("other content in " + path.toUri());
      }
      wanted.add(path);
    }
    List<Path> listed;
    try (Stream<Path> entries = Files.list(store.getPath("/"))) {
      listed = entries.toList();
    }
    if (!wanted.equals(new HashSet<>(listed)) || listed.size() != wanted.size()) {
      throw new AssertionError("listed are " + listed);
    }
    for (Path path : listed) {
      check(path, store, uri, Files.readAllBytes(path));
    }
    return listed.size();
  }

  private static void check(Path path, FileSystem store, URI uri, byte[] name) {
    boolean same =
        store.getPath(path.toString()).equals(path)
            && store.getPath("/", path.getFileName().toString()).equals(path)
            && Path.of(path.toUri()).equals(path)
            && Path.of(URI.create(path.toUri().toString())).equals(path)
            && path.toUri().equals(uriOf(uri, name));
    if (!same) {
      throw new AssertionError("does not survive: " + path.toUri());
    }
  }

  private static URI uriOf(URI store, byte[] name) {
    ByteArrayOutputStream path = new ByteArrayOutputStream();
    path.write('/');
    path.writeBytes(name);
    return DedupUri.parse(store).withPath(path.toByteArray()).toUri();
  }

  private static List<byte[]> names() {
    List<byte[]> names = new ArrayList<>();
    for (int b = 1; b < 256; b++) {
      if (b != '/' && b != '.') {
        names.add(new byte[] {(byte) b});
        names.add(new byte[] {'x', (byte) b, 'y'});
      }
    }
    for (String text :
        List.of("ü", "日本", "\uD83D\uDE00", "e\u0301", "\u00e9", "a b", "a!", "%41", "%2F", "?#")) {
      names.add(text.getBytes(StandardCharsets.UTF_8));
    }
    names.add("x".repeat(255).getBytes(StandardCharsets.UTF_8));
    // An encoded surrogate, a cut-off sequence, one that is too long.
    names.add(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
    names.add(new byte[] {(byte) 0xF0, (byte) 0x9F, (byte) 0x98});
    names.add(new byte[] {(byte) 0xC0, (byte) 0xAF});
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < RANDOM_NAMES; i++) {
      byte[] name = new byte[4 + random.nextInt(252)];
      for (int k = 0; k < name.length; k++) {
        int b = 1 + random.nextInt(255);
        name[k] = (byte) (b == '/' ? '_' : b);
      }
      names.add(name);
    }
    return names;
  }
}
