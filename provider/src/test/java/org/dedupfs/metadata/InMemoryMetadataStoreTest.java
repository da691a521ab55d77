package org.dedupfs.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class InMemoryMetadataStoreTest extends AbstractMetadataStoreContract {
  @Override
  protected MetadataStore create() {
    return new InMemoryMetadataStore();
  }

  @Override
  protected MetadataStore reopen(MetadataStore old) throws IOException {
    old.close();
    return old;
  }

  @Test
  void commits_fail_on_request_and_change_nothing() throws IOException {
    ((InMemoryMetadataStore) store).failCommits(new IOException("disk"));
    assertThatThrownBy(() -> store.commit(new MetadataBatch().put(new Property("a", "b"))))
        .isInstanceOf(IOException.class);
    assertThat(store.get(RowKey.property("a"))).isNull();
  }
}
