package org.dedupfs.nio;

import java.io.IOException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Objects;
import java.util.OptionalInt;

/** Users and groups: numbers that show with the host's names. */
final class Principals extends UserPrincipalLookupService {

  /** A user by number; all users with it are equal. */
  record User(int id) implements UserPrincipal {
    @Override
    public String getName() {
      return HostAccounts.USERS.name(id);
    }

    @Override
    public String toString() {
      return getName();
    }
  }

  /** A group by number; all groups with it are equal. */
  record Group(int id) implements GroupPrincipal {
    @Override
    public String getName() {
      return HostAccounts.GROUPS.name(id);
    }

    @Override
    public String toString() {
      return getName();
    }
  }

  @Override
  public UserPrincipal lookupPrincipalByName(String name) throws IOException {
    return new User(found(HostAccounts.USERS.id(Objects.requireNonNull(name)), name));
  }

  @Override
  public GroupPrincipal lookupPrincipalByGroupName(String group) throws IOException {
    return new Group(found(HostAccounts.GROUPS.id(Objects.requireNonNull(group)), group));
  }

  private static int found(OptionalInt id, String name) throws IOException {
    return id.orElseThrow(() -> new UserPrincipalNotFoundException(name));
  }

  static int userId(UserPrincipal user) throws IOException {
    if (Objects.requireNonNull(user) instanceof Group) {
      throw new IOException("'" + user + "' is a group, an owner must be a user");
    }
    if (user instanceof User ours) {
      return ours.id();
    }
    throw foreign(user);
  }

  static int groupId(GroupPrincipal group) {
    if (Objects.requireNonNull(group) instanceof Group ours) {
      return ours.id();
    }
    throw foreign(group);
  }

  private static ProviderMismatchException foreign(UserPrincipal principal) {
    return new ProviderMismatchException(
        "'"
            + principal
            + "' is another provider's; look its name up in the UserPrincipalLookupService of the"
            + " dedup: file system");
  }
}
