package org.dedupfs.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dedupfs.DedupOptions.Durability;

/** Answers at a control socket what a test wants, and remembers what it was asked for. */
final class FakeServer implements Closeable {
  /** Writes what an answer has besides its kind. */
  interface Answer {
    void write(Outgoing out) throws IOException, InterruptedException;
  }

  private final ServerSocketChannel listener;
  private final Map<Operation, Answer> answers = new ConcurrentHashMap<>();
  private final List<Operation> asked = new CopyOnWriteArrayList<>();

  FakeServer(Path directory) throws IOException {
    listener = ControlSocket.listen(directory);
    answer(
        Operation.HELLO,
        out -> out.text(Durability.INTERVAL.name()).number64(ProcessHandle.current().pid()));
    start(this::accept);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task, "fake-server");
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on; what has no answer gets one with nothing in it. */
  void answer(Operation operation, Answer answer) {
    answers.put(operation, answer);
  }

  /** All requests so far, in the order in which they came. */
  List<Operation> asked() {
    return asked;
  }

  private void accept() {
    while (true) {
      try {
        Link link = Link.of(listener.accept());
        start(() -> serve(link));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void serve(Link link) {
    Outgoing out = new Outgoing();
    try (link) {
      Incoming request = link.receive(Link.FOREVER, Link.FOREVER);
      while (request != null) {
        Operation operation = Operation.of(request.number8());
        asked.add(operation);
        link.receiveBulk(ByteBuffer.allocate(link.bulkBytes()), Link.FOREVER);
        answers.getOrDefault(operation, nothing -> {}).write(out.reset().flag(true));
        link.send(out, null, Link.FOREVER);
        request = link.receive(Link.FOREVER, Link.FOREVER);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
