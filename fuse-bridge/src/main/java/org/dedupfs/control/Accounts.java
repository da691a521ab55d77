package org.dedupfs.control;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Users and groups by number, with the names the store's own process knows them by. */
final class Accounts {
  private final ConnectionPool connections;
  private final Map<Integer, UserPrincipal> users = new ConcurrentHashMap<>();
  private final Map<Integer, GroupPrincipal> groups = new ConcurrentHashMap<>();

  Accounts(ConnectionPool connections) {
    this.connections = connections;
  }

  UserPrincipal user(int uid) {
    return users.computeIfAbsent(uid, id -> new Values.User(id, name(false, id)));
  }

  GroupPrincipal group(int gid) {
    return groups.computeIfAbsent(gid, id -> new Values.Group(id, name(true, id)));
  }

  /** The number itself where no name can be had, as for one that has none. */
  private String name(boolean group, int id) {
    try {
      return connections.call(
          Operation.ACCOUNT, out -> out.flag(group).number32(id), in -> in.text());
    } catch (IOException e) {
      return Integer.toUnsignedString(id);
    }
  }
}
