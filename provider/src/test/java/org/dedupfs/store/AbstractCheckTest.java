package org.dedupfs.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.dedupfs.StoreFinding;
import org.dedupfs.StoreFinding.Kind;

/** A store with some of everything, to be damaged and checked. */
abstract class AbstractCheckTest extends AbstractDamageTest {
  AbstractCheckTest() {
    super("/g");
  }

  StoreFinding only(Kind kind) throws IOException {
    List<StoreFinding> found = store.check();
    assertThat(found).extracting(StoreFinding::kind).containsOnly(kind);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  List<Kind> kinds() throws IOException {
    return store.check().stream().map(StoreFinding::kind).distinct().toList();
  }
}
