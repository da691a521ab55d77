package org.dedupfs.mount;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dedupfs.DedupOptions;

/**
 * The words behind {@code -o}, told apart: those of the kernel and libfuse, those with which a
 * store is opened, and those that concern only mount(8) and fstab(5), which are left out.
 *
 * @param opening options of the store
 * @param words what goes to libfuse, nothing escaped
 */
public record MountOptions(DedupOptions opening, List<String> words) {
  /** What becomes of a word. */
  private enum Use {
    /** Of mount(8) and fstab(5), or true of a store anyway. */
    LEFT_OUT,
    /** To the kernel or libfuse, as it is. */
    PASSED,
    /** The same, for a word with a value. */
    PASSED_VALUE,
    /** The option of a store that has this key. */
    STORE,
    /** Would show the kernel other bytes or attributes than the store has. */
    REFUSED
  }

  /** Before an option of a store whose key means something else here, {@code umask} for one. */
  private static final String STORE_PREFIX = "store.";

  private static final Map<String, Use> USES = uses();

  /** Words that are options of a store under another name, the ancestor's among them. */
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("ro", "readOnly=true"),
          Map.entry("rw", "readOnly=false"),
          Map.entry("atime", "atime=relatime"),
          Map.entry("relatime", "atime=relatime"),
          Map.entry("noatime", "atime=noatime"),
          Map.entry("strictatime", "atime=strict"),
          Map.entry("sync", "durability=close"),
          Map.entry("nosync", "durability=none"),
          Map.entry("nogc", "gc=0"),
          Map.entry("verify-writes", "verifyWrites=true"));

  public MountOptions {
    words = List.copyOf(words);
  }

  private static Map<String, Use> uses() {
    Map<String, Use> uses = new HashMap<>();
    put(uses, Use.LEFT_OUT, "defaults auto noauto user nouser users owner group nofail _netdev");
    put(uses, Use.LEFT_OUT, "async loud silent quiet diratime nodiratime norelatime");
    put(uses, Use.LEFT_OUT, "nostrictatime lazytime nolazytime iversion noiversion mand nomand");
    put(uses, Use.LEFT_OUT, "default_permissions big_writes use_ino async_read nosymfollow");
    put(uses, Use.LEFT_OUT, "comment fsname subtype uhelper helper");
    put(uses, Use.PASSED, "suid nosuid dev nodev exec noexec dirsync nonempty");
    put(uses, Use.PASSED, "allow_other allow_root sync_read auto_unmount");
    put(uses, Use.PASSED, "splice_read splice_write splice_move");
    put(uses, Use.PASSED, "no_splice_read no_splice_write no_splice_move");
    put(uses, Use.PASSED_VALUE, "uid gid umask max_read max_write max_readahead max_background");
    put(uses, Use.PASSED_VALUE, "congestion_threshold context fscontext defcontext rootcontext");
    put(uses, Use.PASSED_VALUE, "entry_timeout negative_timeout attr_timeout ac_attr_timeout");
    put(uses, Use.STORE, "create readOnly chunking hash compression durability commitInterval");
    put(uses, Use.STORE, "memory threads metadataDirectory blocksDirectory atime");
    put(uses, Use.STORE, "verifyReads verifyWrites gc jmx");
    put(uses, Use.REFUSED, "kernel_cache auto_cache hard_remove direct_io blkdev remount nopath");
    return Map.copyOf(uses);
  }

  private static void put(Map<String, Use> uses, Use use, String words) {
    for (String word : words.split(" ", -1)) {
      uses.put(word, use);
    }
  }

  /**
   * Sorts the words. Of two that say the same thing differently the last wins.
   *
   * @param lists what stood behind each {@code -o}: words with commas between; a comma or backslash
   *     that belongs to a word has a backslash before it
   * @param sloppy whether words that nobody knows are left out, as {@code mount -s} asks
   * @throws IllegalArgumentException for a word that nobody knows, or a value that is not allowed
   */
  public static MountOptions parse(List<String> lists, boolean sloppy) {
    DedupOptions.Builder opening = DedupOptions.builder();
    List<String> words = new ArrayList<>();
    for (String list : lists) {
      for (String written : split(list)) {
        String word = MEANINGS.getOrDefault(written, written);
        if (!sort(word, opening, words) && !sloppy) {
          throw new IllegalArgumentException(
              "unknown mount option '" + written + "'; dedupfs mount --help names all there are");
        }
      }
    }
    return new MountOptions(opening.build(), words);
  }

  /** False for an unknown word. */
  private static boolean sort(String word, DedupOptions.Builder opening, List<String> words) {
    int equals = word.indexOf('=');
    String key = equals < 0 ? word : word.substring(0, equals);
    String value = equals < 0 ? "" : word.substring(equals + 1);
    if (key.startsWith("x-") || key.startsWith("X-")) {
      return true;
    }
    if (key.startsWith(STORE_PREFIX)) {
      opening.set(key.substring(STORE_PREFIX.length()), value);
      return true;
    }
    if (key.equals("commit")) {
      // As of ext4: in seconds.
      opening.set("commitInterval", value + "s");
      return true;
    }
    Use use = USES.get(key);
    if (use == null) {
      return false;
    }
    switch (use) {
      case LEFT_OUT -> {
        return true;
      }
      case STORE -> opening.set(key, value);
      case REFUSED -> throw new IllegalArgumentException("a store has no mount option " + key);
      case PASSED -> pass(word, word, words);
      case PASSED_VALUE -> pass(key + "=", word, words);
    }
    return true;
  }

  private static void pass(String start, String word, List<String> words) {
    String opposite = word.startsWith("no") ? word.substring(2) : "no" + word;
    words.removeIf(each -> each.startsWith(start) || each.equals(opposite));
    words.add(word);
  }

  /** The words of a list, what was escaped as it is meant. */
  private static List<String> split(String list) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '\\' && i + 1 < list.length()) {
        i++;
        word.append(list.charAt(i));
      } else if (c == ',') {
        words.add(word.toString());
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    words.removeIf(String::isEmpty);
    return words;
  }

  /** One word, so that in a list it stays one. */
  public static String escape(String word) {
    return word.replace("\\", "\\\\").replace(",", "\\,");
  }

  /** The same options as lists for {@link #parse}, one word each. */
  public List<String> toLists() {
    List<String> lists = new ArrayList<>();
    opening
        .toEnv()
        .forEach(
            (key, value) -> {
              boolean octal = key.equals("umask") && value instanceof Integer;
              String text = octal ? Integer.toOctalString((Integer) value) : value.toString();
              lists.add(escape(STORE_PREFIX + key + "=" + text));
            });
    words.forEach(word -> lists.add(escape(word)));
    return lists;
  }
}
