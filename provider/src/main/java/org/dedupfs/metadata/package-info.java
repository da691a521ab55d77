/**
 * Names, attributes and extents: the metadata store seam, its SQLite and in-memory implementations,
 * and {@link org.dedupfs.metadata.LiveMetadata}, which holds what is visible but not yet committed.
 *
 * <p>Words:
 *
 * <ul>
 *   <li><b>row</b>: the unit of metadata, immutable, named by a {@link
 *       org.dedupfs.metadata.RowKey}; a change replaces rows, it never edits them;
 *   <li><b>change</b>: what one operation writes, private until it is <b>published</b>;
 *   <li><b>visible</b>: published; every reader sees it;
 *   <li><b>active</b>: visible rows that the next commit will contain; <b>frozen</b>: those that a
 *       commit is writing; <b>clean</b>: committed rows, cached or not;
 *   <li><b>committed</b>: in the {@link org.dedupfs.metadata.MetadataStore}, and durable;
 *   <li><b>extent page</b>: about 1,024 extents of a file that join without a gap, in one row.
 * </ul>
 *
 * <p>Main types: {@link org.dedupfs.metadata.LiveMetadata} and {@link org.dedupfs.metadata.Change}
 * for whoever reads and changes metadata, {@link org.dedupfs.metadata.ExtentMap} for the contents
 * of files, {@link org.dedupfs.metadata.MetadataStore} for whoever brings another database.
 *
 * <p>Lock order: mutation lock (from begin to close of a change) before freeze lock before visible
 * lock; a store's own locks come last. Readers of one row take no lock; readers of several take the
 * freeze lock (shared) when commits have disturbed them repeatedly. No lock but the store's own is
 * held during a commit.
 *
 * <p>Used by all layers above. Of {@code blocks} it knows {@link org.dedupfs.blocks.BlockId} only.
 */
@NullMarked
package org.dedupfs.metadata;

import org.jspecify.annotations.NullMarked;
