package org.dedupfs.maintenance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dedupfs.ByteNames;
import org.dedupfs.metadata.Dentry;
import org.dedupfs.metadata.FileName;
import org.dedupfs.metadata.Inode;
import org.dedupfs.metadata.InodeNumber;
import org.dedupfs.metadata.MetadataDamagedException;
import org.dedupfs.metadata.MetadataSnapshot;
import org.dedupfs.metadata.RowKey;
import org.dedupfs.metadata.Table;
import org.jspecify.annotations.Nullable;

/**
 * The names of inodes. A store knows which inode a name stands for and not the other way round, so
 * all names are gone through for those of some inodes.
 */
final class PathNames {
  /** Names of one file that are told. */
  private static final int MOST_NAMES = 16;

  /** Paths of directories that are kept. */
  private static final int MOST_KEPT = 4_096;

  private final MetadataSnapshot metadata;

  /** In the order of last use. */
  private final Map<InodeNumber, String> directories =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InodeNumber, String> eldest) {
          return size() > MOST_KEPT;
        }
      };

  PathNames(MetadataSnapshot metadata) {
    this.metadata = metadata;
  }

  private record Place(InodeNumber directory, FileName name) {}

  /**
   * The paths of each of the inodes; those that have none, or none that leads to the root, miss.
   */
  Map<InodeNumber, List<String>> of(Collection<InodeNumber> inodes) throws IOException {
    Map<InodeNumber, List<Place>> places = new HashMap<>();
    Set<InodeNumber> wanted = new HashSet<>(inodes);
    if (!wanted.isEmpty()) {
      try (MetadataSnapshot.Rows<Dentry> names = names(null)) {
        for (Dentry name = names.next(); name != null; name = names.next()) {
          if (wanted.contains(name.inode())) {
            List<Place> some = places.computeIfAbsent(name.inode(), i -> new ArrayList<>());
            if (some.size() < MOST_NAMES) {
              some.add(new Place(name.parent(), name.name()));
            }
          }
        }
      } catch (MetadataDamagedException e) {
        // The rest of the names cannot be read; what was found so far is right.
        wanted.clear();
      }
    }
    Map<InodeNumber, List<String>> paths = new HashMap<>();
    for (Map.Entry<InodeNumber, List<Place>> entry : places.entrySet()) {
      List<String> some = new ArrayList<>();
      for (Place place : entry.getValue()) {
        String path = path(place);
        if (path != null) {
          some.add(path);
        }
      }
      paths.put(entry.getKey(), some);
    }
    if (wanted.contains(InodeNumber.ROOT)) {
      paths.put(InodeNumber.ROOT, List.of("/"));
    }
    return paths;
  }

  /** The path of a name; null when it does not lead to the root. */
  @Nullable String of(Dentry entry) throws IOException {
    return path(new Place(entry.parent(), entry.name()));
  }

  private @Nullable String path(Place place) throws IOException {
    String directory = directory(place.directory);
    return directory == null ? null : directory + "/" + text(place.name);
  }

  private static String text(FileName name) {
    return ByteNames.toText(name.toBytes());
  }

  /** Without a slash at the end. */
  private @Nullable String directory(InodeNumber directory) throws IOException {
    List<InodeNumber> missing = new ArrayList<>();
    List<FileName> names = new ArrayList<>();
    Set<InodeNumber> seen = new HashSet<>();
    InodeNumber at = directory;
    String path = null;
    while (path == null) {
      if (at.equals(InodeNumber.ROOT)) {
        path = "";
      } else {
        path = directories.get(at);
      }
      if (path == null) {
        Place place = seen.add(at) ? placeOf(at) : null;
        if (place == null) {
          return null;
        }
        missing.add(at);
        names.add(place.name);
        at = place.directory;
      }
    }
    for (int i = missing.size() - 1; i >= 0; i--) {
      path = path + "/" + text(names.get(i));
      directories.put(missing.get(i), path);
    }
    return path;
  }

  /** Where a directory stands in the one that it takes for its parent. */
  private @Nullable Place placeOf(InodeNumber directory) throws IOException {
    try {
      Inode row = metadata.get(RowKey.inode(directory));
      if (row == null) {
        return null;
      }
      try (MetadataSnapshot.Rows<Dentry> names = names(row.parent())) {
        for (Dentry name = names.next(); name != null; name = names.next()) {
          if (name.inode().equals(directory)) {
            return new Place(row.parent(), name.name());
          }
        }
      }
      return null;
    } catch (MetadataDamagedException e) {
      return null; // told by whoever checks rows
    }
  }

  private MetadataSnapshot.Rows<Dentry> names(@Nullable InodeNumber parent) throws IOException {
    RowKey<Dentry> from =
        parent == null ? RowKey.first(Table.DENTRY) : RowKey.dentriesFrom(parent, 0);
    RowKey<Dentry> to =
        parent == null ? RowKey.end(Table.DENTRY) : RowKey.dentriesFrom(parent, Long.MAX_VALUE);
    return metadata.rows(from, to, (table, what) -> {});
  }
}
