package org.dedupfs.control;

import java.time.Duration;

/**
 * What one server grants its clients.
 *
 * @param connections at a time, of all clients together
 * @param handles open files and directories of one connection
 * @param hello how long a new connection may take to say who it is
 * @param stall how long a message may take from its first byte to its last
 * @param idle how long a connection may say nothing; clients send a sign of life more often
 */
record Limits(int connections, int handles, Duration hello, Duration stall, Duration idle) {
  static final Limits DEFAULTS =
      new Limits(64, 4096, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMinutes(15));

  /** Of a message without its bulk: names, attributes, values of extended attributes. */
  static final int HEAD_BYTES = 512 << 10;

  /** Of the bytes of a file that one message carries. */
  static final int BULK_BYTES = 1 << 20;

  /** How often a client gives a sign of life. */
  static final Duration SIGN_OF_LIFE = Duration.ofMinutes(1);

  /** Of one client; more threads than that share them. */
  static final int CONNECTIONS_OF_A_CLIENT = 8;
}
