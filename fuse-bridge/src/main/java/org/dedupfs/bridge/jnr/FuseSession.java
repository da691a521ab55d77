package org.dedupfs.bridge.jnr;

import static org.dedupfs.bridge.jnr.NativeMemory.IO;
import static org.dedupfs.bridge.jnr.StructLayouts.INIT_HANDLES_PRIVILEGES;
import static org.dedupfs.bridge.jnr.StructLayouts.INIT_OUT_BYTES;
import static org.dedupfs.bridge.jnr.StructLayouts.INIT_OUT_FLAGS;
import static org.dedupfs.bridge.jnr.StructLayouts.OUT_ERROR;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dedupfs.host.HostPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted {@code struct fuse}: its session and channel. Any thread may use it between {@link
 * #mount} and {@link #tearDown}.
 */
final class FuseSession {
  private static final Logger LOG = LoggerFactory.getLogger(FuseSession.class);
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int MFD_CLOEXEC = 1;

  private final Natives natives;
  private final long fuse;
  private final long mountPoint;
  private final long session;
  private final long channel;
  private final int requestBytes;

  private FuseSession(Natives natives, long fuse, long mountPoint) {
    this.natives = natives;
    this.fuse = fuse;
    this.mountPoint = mountPoint;
    this.session = natives.fuse().fuse_get_session(fuse);
    this.channel = natives.fuse().fuse_session_next_chan(session, 0);
    this.requestBytes = (int) natives.fuse().fuse_chan_bufsize(channel);
  }

  /**
   * Mounts; requests wait until someone {@link #receive}s them.
   *
   * @param operations address of a {@code struct fuse_operations}
   * @throws MountException with libfuse's reason
   */
  static FuseSession mount(Natives natives, long operations, Path where, List<String> options)
      throws MountException {
    List<byte[]> arguments = arguments(where, options);
    long results = NativeMemory.allocate(2L * Long.BYTES);
    long argv = argv(arguments);
    try (CapturedErrors errors = CapturedErrors.start(natives)) {
      long fuse =
          natives
              .fuse()
              .fuse_setup(
                  arguments.size(),
                  argv,
                  operations,
                  StructLayouts.operationsBytes(),
                  results,
                  results + Long.BYTES,
                  0);
      if (fuse == 0) {
        throw new MountException(where + ": " + errors.takeReason(), false, null);
      }
      FuseSession mounted = new FuseSession(natives, fuse, IO.getAddress(results));
      int descriptor = natives.fuse().fuse_chan_fd(mounted.channel);
      int unused = natives.system().fcntl(descriptor, F_SETFD, FD_CLOEXEC);
      return mounted;
    } finally {
      NativeMemory.free(argv);
      NativeMemory.free(results);
    }
  }

  private static List<byte[]> arguments(Path where, List<String> options) {
    List<byte[]> arguments = new ArrayList<>();
    arguments.add(bytes("dedupfs"));
    // Else libfuse forks, and the other process has one thread of this one.
    arguments.add(bytes("-f"));
    for (String option : options) {
      arguments.add(bytes("-o"));
      // One option each: a comma in it does not begin another.
      arguments.add(bytes(option.replace("\\", "\\\\").replace(",", "\\,")));
    }
    arguments.add(HostPath.toBytes(where));
    return arguments;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Pointers, a null, and behind them the strings, in one piece of memory. */
  private static long argv(List<byte[]> arguments) {
    long pointerBytes = (arguments.size() + 1L) * Long.BYTES;
    long textBytes = arguments.stream().mapToLong(argument -> argument.length + 1).sum();
    long argv = NativeMemory.allocate(pointerBytes + textBytes);
    long text = argv + pointerBytes;
    for (int i = 0; i < arguments.size(); i++) {
      byte[] argument = arguments.get(i);
      NativeMemory.put(text, argument);
      IO.putAddress(argv + (long) i * Long.BYTES, text);
      text += argument.length + 1;
    }
    return argv;
  }

  /** Where libfuse mounted it: absolute, no links in it. */
  byte[] mountPoint() {
    return NativeMemory.string(mountPoint);
  }

  long channel() {
    return channel;
  }

  /** How much memory a request needs at most. */
  int requestBytes() {
    return requestBytes;
  }

  /** Waits for a request; its length, 0 at the end, else a negative errno. */
  int receive(long buffer, long channelOut) {
    return natives.fuse().fuse_session_receive_buf(session, buffer, channelOut);
  }

  void process(long buffer, long receivedFrom) {
    natives.fuse().fuse_session_process_buf(session, buffer, receivedFrom);
  }

  /**
   * Answers the first request. Libfuse 2.9 does not know that a file system can take privileges
   * (setuid, setgid, capabilities) from files that are written to, so its answer goes to a file in
   * memory first, and that is said in it. Else the kernel asks for an extended attribute before
   * each write.
   *
   * @param offered whether the kernel knows it
   */
  void processInit(long buffer, boolean offered) {
    int file = offered ? natives.system().memfd_create(bytes("init\0"), MFD_CLOEXEC) : -1;
    long answer = file < 0 ? 0 : natives.fuse().fuse_kern_chan_new(file);
    int length = 0;
    byte[] reply = new byte[INIT_OUT_BYTES];
    if (answer != 0) {
      process(buffer, answer);
      length = (int) natives.system().pread(file, reply, INIT_OUT_BYTES, 0);
      natives.fuse().fuse_chan_destroy(answer); // closes the file, too
    } else if (file >= 0) {
      int unused = natives.system().close(file);
    }
    if (length <= 0) {
      process(buffer, channel); // without it, then
      return;
    }
    ByteBuffer fields = ByteBuffer.wrap(reply).order(ByteOrder.nativeOrder());
    if (length == INIT_OUT_BYTES && fields.getInt(OUT_ERROR) == 0) {
      fields.putInt(INIT_OUT_FLAGS, fields.getInt(INIT_OUT_FLAGS) | INIT_HANDLES_PRIVILEGES);
    }
    int descriptor = natives.fuse().fuse_chan_fd(channel);
    if (natives.system().write(descriptor, reply, length) != length) {
      LOG.error("the kernel does not take the answer to its first request");
    }
  }

  boolean isExited() {
    return natives.fuse().fuse_session_exited(session) != 0;
  }

  /** Has the kernel forget what it knows of a file; 0 or a negative errno. */
  int invalidate(long nodeId) {
    return natives.fuse().fuse_lowlevel_notify_inval_inode(channel, nodeId, 0, 0);
  }

  /**
   * Closes the connection and frees all. Unmounts nothing, for by now something else may be mounted
   * there. Files that libfuse has hidden are removed: operations are called on this thread.
   */
  void tearDown() {
    natives.fuse().fuse_teardown(fuse, 0);
    natives.system().free(mountPoint);
  }

  /** As {@link #tearDown}, and unmounts: right after {@link #mount}, when nobody serves it yet. */
  void giveUp() {
    natives.fuse().fuse_teardown(fuse, mountPoint);
  }
}
