package org.dedupfs.control;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What attributes belong to, at the client: a path, of a link itself or what it leads to, or a file
 * that is open.
 *
 * @param connection that the file is open through; null for a path
 */
record AttributeTarget(
    RemoteFileSystem fileSystem,
    int kind,
    String path,
    int handle,
    @Nullable ClientConnection connection) {

  static AttributeTarget of(RemotePath path, boolean follow) {
    int kind = follow ? AttributeRequests.FOLLOW : AttributeRequests.NOFOLLOW;
    return new AttributeTarget(path.getFileSystem(), kind, path.toString(), 0, null);
  }

  static AttributeTarget of(RemotePath path, int handle, ClientConnection connection) {
    return new AttributeTarget(
        path.getFileSystem(), AttributeRequests.HANDLE, path.toString(), handle, connection);
  }

  <T> T call(
      Operation operation, ClientConnection.Request request, ClientConnection.Answer<T> answer)
      throws IOException {
    ClientConnection.Request whole =
        out -> {
          out.number8(kind);
          request.write(connection == null ? out.text(path) : out.number32(handle));
        };
    if (connection == null) {
      return fileSystem.call(operation, whole, answer);
    }
    return fileSystem.noting(
        operation.isChanging(), () -> connection.call(operation, whole, answer));
  }

  void run(Operation operation, ClientConnection.Request request) throws IOException {
    call(operation, request, in -> Boolean.TRUE);
  }

  RemoteAttributes read() throws IOException {
    return call(
        Operation.ATTRIBUTES, out -> {}, in -> RemoteAttributes.read(in, fileSystem.accounts()));
  }

  /** Of a path only. */
  Map<String, Object> readNamed(String attributes) throws IOException {
    return call(
        Operation.READ_NAMED,
        out -> out.text(attributes),
        in -> {
          Map<String, Object> values = new HashMap<>();
          for (int left = in.count(5); left > 0; left--) {
            String name = in.text();
            values.put(name, Objects.requireNonNull(Values.read(in)));
          }
          return values;
        });
  }

  /** Of a path only. */
  void setNamed(String attribute, @Nullable Object value) throws IOException {
    run(Operation.SET_NAMED, out -> Values.write(out.text(attribute), value, null));
  }
}
