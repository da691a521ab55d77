package org.dedupfs.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.dedupfs.DedupFileSystem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client at the server: takes requests one after the other, and closes what the
 * client had open when it is gone. Runs on a thread of its own.
 */
final class ServerConnection implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  private final DedupFileSystem store;
  private final Link link;
  private final Limits limits;
  private final Handles handles;
  private final Outgoing answer = new Outgoing();
  private final Exchange exchange = new Exchange(answer);
  private final Map<Operation, Exchange.Handler> handlers = new EnumMap<>(Operation.class);

  ServerConnection(DedupFileSystem store, Link link, Limits limits) {
    this.store = store;
    this.link = link;
    this.limits = limits;
    this.handles = new Handles(limits.handles());
  }

  private void registerHandlers() {
    new PathRequests(store).register(handlers);
    new AttributeRequests(store, handles).register(handlers);
    new FileRequests(store, handles).register(handlers);
    new DirectoryRequests(store, handles).register(handlers);
    new MaintenanceRequests(store, handles, limits.idle()).register(handlers);
  }

  @Override
  public void run() {
    registerHandlers();
    try (link;
        handles) {
      serve();
    } catch (IOException e) {
      // The client is told where that is possible; here it is nobody's failure.
      LOG.debug("a connection to the control socket ended: {}", e.toString());
    } catch (RuntimeException e) {
      LOG.warn("a connection to the control socket failed", e);
    }
  }

  private void serve() throws IOException {
    try {
      if (!greet()) {
        return;
      }
      Incoming request = link.receive(limits.idle(), limits.stall());
      while (request != null) {
        answer(request);
        request = link.receive(limits.idle(), limits.stall());
      }
    } catch (MalformedMessageException e) {
      refuse(new IOException(e.getMessage()));
      throw e;
    }
  }

  /** Tells the client why this is the end. */
  void refuse(Exception why) throws IOException {
    Failures.write(answer.reset().flag(false), why);
    link.send(answer, null, limits.hello());
  }

  private boolean greet() throws IOException {
    Incoming hello = link.receive(limits.hello(), limits.hello());
    if (hello == null) {
      return false;
    }
    if (hello.number8() != WireNumber.of(Operation.HELLO) || hello.number32() != Operation.MAGIC) {
      throw new MalformedMessageException("this is a control socket of dedupfs");
    }
    int version = hello.number32();
    if (version != Operation.VERSION) {
      throw new MalformedMessageException(
          "the process that has the store open speaks version "
              + Operation.VERSION
              + " of its control protocol, and this dedupfs version "
              + version
              + "; use the same dedupfs for both");
    }
    hello.end();
    answer
        .reset()
        .flag(true)
        .text(store.durability().name())
        .number64(ProcessHandle.current().pid());
    link.send(answer, null, limits.hello());
    return true;
  }

  private void answer(Incoming request) throws IOException {
    @Nullable Operation operation = Operation.of(request.number8());
    Exchange.@Nullable Handler handler = operation == null ? null : handlers.get(operation);
    if (handler == null) {
      throw new MalformedMessageException("there is no such request");
    }
    exchange.begin(request);
    ByteBuffer bulk = exchange.buffer(link.bulkBytes());
    link.receiveBulk(bulk, limits.stall());
    bulk.flip();
    try {
      answer.reset().flag(true);
      handler.answer(exchange);
    } catch (MalformedMessageException e) {
      throw e;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      exchange.answerBulk(ByteBuffer.allocate(0));
      Failures.write(answer.reset().flag(false), e);
    }
    link.send(answer, exchange.bulk(), limits.idle());
  }

  /** Ends the connection; what it is doing in the store is finished first. */
  void end() throws IOException {
    link.close();
  }
}
