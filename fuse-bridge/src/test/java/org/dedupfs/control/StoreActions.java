package org.dedupfs.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystemException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystemException;
import org.jspecify.annotations.Nullable;

/** Things to do in a store, by name and in order, each with a result or a failure as text. */
final class StoreActions {
  interface Action {
    @Nullable Object on(DedupFileSystem fs) throws Exception;
  }

  interface Change {
    void on(DedupFileSystem fs) throws Exception;
  }

  private final Map<String, Action> actions = new LinkedHashMap<>();

  void add(String name, Action action) {
    assertThat(actions.put(name, action)).as(name).isNull();
  }

  void change(String name, Change change) {
    add(
        name,
        fs -> {
          change.on(fs);
          return "done";
        });
  }

  /** Does all of them in both stores, one after the other, and compares what comes of each. */
  void compare(DedupFileSystem one, DedupFileSystem other) {
    for (Map.Entry<String, Action> each : actions.entrySet()) {
      assertThat(outcome(one, each.getValue()))
          .as(each.getKey())
          .isEqualTo(outcome(other, each.getValue()));
    }
  }

  private static String outcome(DedupFileSystem fs, Action action) {
    try {
      return String.valueOf(action.on(fs));
    } catch (Exception e) {
      StringBuilder text = new StringBuilder(e.getClass().getName());
      text.append(' ').append(e.getMessage());
      if (e instanceof FileSystemException named) {
        text.append(" file ").append(named.getFile());
        text.append(" other ").append(named.getOtherFile());
        text.append(" reason ").append(named.getReason());
      }
      if (e instanceof DedupFileSystemException ours) {
        text.append(' ').append(ours.reason());
      }
      return text.toString();
    }
  }
}
