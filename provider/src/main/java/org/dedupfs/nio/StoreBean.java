package org.dedupfs.nio;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanException;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.dedupfs.StoreActivity;
import org.dedupfs.StoreFigure;
import org.dedupfs.StoreStatistics;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of one open store for JMX, as {@code org.dedupfs:type=Store,path="..."}: attributes
 * that can be read, no operations. Does not keep the store from being closed or collected. Needs
 * module {@code java.management}, so it is touched only when asked for.
 */
final class StoreBean implements DynamicMBean {
  private static final Logger LOG = LoggerFactory.getLogger(StoreBean.class);

  private final WeakReference<StoreFileSystem> store;
  private final Map<String, Shown> attributes = new LinkedHashMap<>();

  /** Where a value comes from. */
  private interface Source {
    Object of(Moment moment) throws IOException;
  }

  /**
   * A store as one request finds it: to ask it again for each value would cost more and disagree.
   */
  private static final class Moment {
    private final StoreFileSystem store;
    private @Nullable StoreStatistics statistics;
    private @Nullable StoreActivity activity;

    Moment(StoreFileSystem store) {
      this.store = store;
    }

    boolean isReadOnly() {
      return store.isReadOnly();
    }

    StoreStatistics statistics() throws IOException {
      StoreStatistics known = statistics;
      if (known == null) {
        known = store.statistics();
        statistics = known;
      }
      return known;
    }

    StoreActivity activity() {
      StoreActivity known = activity;
      if (known == null) {
        known = store.activity();
        activity = known;
      }
      return known;
    }
  }

  private record Shown(String type, String description, Source source) {}

  private StoreBean(StoreFileSystem store) {
    this.store = new WeakReference<>(store);
    held("Files", "no directories", StoreStatistics::files);
    held("Directories", "the root included", StoreStatistics::directories);
    held("LogicalBytes", "sizes of all files less their holes", StoreStatistics::logicalBytes);
    held("UniqueBytes", "of live distinct blocks", StoreStatistics::uniqueBytes);
    held("StoredBytes", "of these blocks as stored", StoreStatistics::storedBytes);
    held("DiskBytes", "allocated by the store", StoreStatistics::diskBytes);
    held("DeadBytes", "that the next sweep can free", StoreStatistics::deadBytes);
    held("MetadataBytes", "of DiskBytes", StoreStatistics::metadataBytes);
    held("Blocks", "distinct ones", StoreStatistics::blocks);
    ratio("DedupRatio", "logical to unique bytes", StoreStatistics::dedupRatio);
    ratio("CompressionRatio", "unique to stored bytes", StoreStatistics::compressionRatio);
    attributes.put(
        "ReadOnly", new Shown("boolean", "whether changes are refused", Moment::isReadOnly));
    for (StoreFigure figure : StoreFigure.values()) {
      String key = figure.key();
      attributes.put(
          Character.toUpperCase(key.charAt(0)) + key.substring(1),
          new Shown("long", figure.description(), now -> now.activity().get(figure)));
    }
  }

  private void held(String name, String description, Function<StoreStatistics, Long> value) {
    attributes.put(name, new Shown("long", description, now -> value.apply(now.statistics())));
  }

  private void ratio(String name, String description, Function<StoreStatistics, Double> value) {
    attributes.put(name, new Shown("double", description, now -> value.apply(now.statistics())));
  }

  /** Shows a store; what is returned takes it away again and never fails. */
  static Runnable register(StoreFileSystem store) {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName name = nameOf(store.storeDirectory());
      server.registerMBean(new StoreBean(store), name);
      return () -> unregister(server, name);
    } catch (JMException | RuntimeException e) {
      // Not to be watched is no reason not to be opened.
      LOG.warn("{} is not shown by JMX: {}", store.storeDirectory(), e.toString());
      return () -> {};
    }
  }

  private static void unregister(MBeanServer server, ObjectName name) {
    try {
      server.unregisterMBean(name);
    } catch (InstanceNotFoundException e) {
      LOG.debug("{} was taken away by somebody else", name);
    } catch (JMException | RuntimeException e) {
      LOG.warn("{} stays, though the store is closed: {}", name, e.toString());
    }
  }

  private static ObjectName nameOf(Path directory) throws MalformedObjectNameException {
    return new ObjectName("org.dedupfs:type=Store,path=" + ObjectName.quote(directory.toString()));
  }

  @Override
  public Object getAttribute(String attribute) throws AttributeNotFoundException, MBeanException {
    StoreFileSystem open = store.get();
    return value(attribute, open == null ? null : new Moment(open));
  }

  private Object value(String attribute, @Nullable Moment moment)
      throws AttributeNotFoundException, MBeanException {
    Shown shown = attributes.get(attribute);
    if (shown == null) {
      throw new AttributeNotFoundException(attribute);
    }
    if (moment == null) {
      throw new MBeanException(new ClosedFileSystemException());
    }
    try {
      return shown.source().of(moment);
    } catch (IOException | ClosedFileSystemException e) {
      throw new MBeanException(new IOException(e.toString()), e.toString());
    }
  }

  @Override
  public AttributeList getAttributes(String[] names) {
    StoreFileSystem open = store.get();
    Moment moment = open == null ? null : new Moment(open);
    AttributeList found = new AttributeList();
    for (String name : names) {
      try {
        found.add(new Attribute(name, value(name, moment)));
      } catch (AttributeNotFoundException | MBeanException e) {
        LOG.debug("{} cannot be shown", name, e); // the contract: what is missing could not be read
      }
    }
    return found;
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    List<MBeanAttributeInfo> all = new ArrayList<>();
    attributes.forEach(
        (name, shown) ->
            all.add(
                new MBeanAttributeInfo(
                    name, shown.type(), shown.description(), true, false, false)));
    return new MBeanInfo(
        StoreBean.class.getName(),
        "An open DedupFS store",
        all.toArray(MBeanAttributeInfo[]::new),
        null,
        null,
        null);
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
  }

  @Override
  public AttributeList setAttributes(AttributeList asked) {
    return new AttributeList();
  }

  @Override
  public @Nullable Object invoke(
      String action, @Nullable Object @Nullable [] parameters, String @Nullable [] signature)
      throws MBeanException {
    throw new MBeanException(new UnsupportedOperationException(action));
  }
}
