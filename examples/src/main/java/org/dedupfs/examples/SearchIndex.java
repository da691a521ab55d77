package org.dedupfs.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.NIOFSDirectory;
import org.dedupfs.DedupFileSystem;
import org.dedupfs.DedupFileSystems;

/**
 * A Lucene index that lives in a store: {@code SearchIndex STORE DIRECTORY WORD} reads the texts in
 * a directory and prints the names of those that have the word. (Not {@code FSDirectory.open}: it
 * would map files into memory, which only the JDK's own file system can.)
 */
public final class SearchIndex {
  private SearchIndex() {}

  public static void main(String... arguments) throws IOException {
    try (DedupFileSystem store = DedupFileSystems.create(Path.of(arguments[0]));
        Directory index = new NIOFSDirectory(store.getPath("/index"))) {
      fill(index, Path.of(arguments[1]));
      try (DirectoryReader reader = DirectoryReader.open(index)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        TermQuery query = new TermQuery(new Term("text", arguments[2]));
        for (ScoreDoc hit : searcher.search(query, 10).scoreDocs) {
          System.out.println(searcher.storedFields().document(hit.doc).get("name"));
        }
      }
    }
  }

  private static void fill(Directory index, Path texts) throws IOException {
    IndexWriterConfig options = new IndexWriterConfig(new StandardAnalyzer());
    try (IndexWriter writer = new IndexWriter(index, options);
        Stream<Path> files = Files.list(texts)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = file.getFileName().toString();
        Document document = new Document();
        document.add(new StringField("name", name, Field.Store.YES));
        document.add(new TextField("text", Files.readString(file), Field.Store.NO));
        writer.updateDocument(new Term("name", name), document);
      }
    }
  }
}
