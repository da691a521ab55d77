package org.dedupfs.blocks;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.jspecify.annotations.Nullable;

/** The reusable machinery of all codecs for one thread at a time; what is not used is not made. */
final class CodecContext implements AutoCloseable {
  private static final int CHEAPEST_SCRATCH_BYTES = 128 << 10;

  /** A byte of a length stands for so many. */
  private static final int LZ4_BEST_RATIO = 255;

  /** 258 bytes for two bits. */
  private static final int DEFLATE_BEST_RATIO = 1032;

  private final TrialCompression trial = new TrialCompression();
  private byte[] scratch = new byte[0];
  private @Nullable ZstdCompressCtx zstdCompressor;
  private @Nullable ZstdDecompressCtx zstdDecompressor;
  private @Nullable Deflater deflater;
  private @Nullable Inflater inflater;

  /** What the last blocks tell of the next. */
  TrialCompression trial() {
    return trial;
  }

  /** Bytes to work in, at least so many; what they hold is undefined. */
  byte[] scratch(int bytes) {
    if (scratch.length < bytes) {
      scratch = new byte[Math.max(bytes, CHEAPEST_SCRATCH_BYTES)];
    }
    return scratch;
  }

  /** The room that {@link #compress} needs for so many bytes. */
  static int bound(Compression compression, int rawBytes) {
    return switch (compression.method()) {
      case NONE -> rawBytes;
      case ZSTD -> (int) Zstd.compressBound(rawBytes);
      case LZ4 -> Lz4.FACTORY.fastCompressor().maxCompressedLength(rawBytes);
      case DEFLATE -> rawBytes; // what would be longer is not wanted
    };
  }

  /**
   * Compresses into the first {@code room} bytes of {@code to}, and returns the length; at least
   * {@code rawBytes} when it does not get shorter.
   */
  int compress(
      Compression compression, byte[] raw, int rawOffset, int rawBytes, byte[] to, int room) {
    return switch (compression.method()) {
      case NONE -> rawBytes;
      case ZSTD ->
          zstdCompressor(compression.level())
              .compressByteArray(to, 0, room, raw, rawOffset, rawBytes);
      case LZ4 -> Lz4.FACTORY.fastCompressor().compress(raw, rawOffset, rawBytes, to, 0, room);
      case DEFLATE -> deflate(compression.level(), raw, rawOffset, rawBytes, to, room);
    };
  }

  private int deflate(int level, byte[] raw, int rawOffset, int rawBytes, byte[] to, int room) {
    if (deflater == null) {
      deflater = new Deflater(level, true);
    }
    deflater.reset();
    deflater.setLevel(level);
    deflater.setInput(raw, rawOffset, rawBytes);
    deflater.finish();
    int length = deflater.deflate(to, 0, room);
    return deflater.finished() ? length : rawBytes;
  }

  private ZstdCompressCtx zstdCompressor(int level) {
    if (zstdCompressor == null) {
      zstdCompressor = new ZstdCompressCtx();
    }
    return zstdCompressor.setLevel(level);
  }

  /**
   * Whether a payload may become so many bytes, without decompressing it: zstd says how many it is,
   * the others have a bound.
   */
  static boolean mayBe(int rawBytes, Codec codec, byte[] from, int offset, int length) {
    return switch (codec) {
      case NONE -> rawBytes == length;
      case ZSTD -> length > 0 && Zstd.getFrameContentSize(from, offset, length) == rawBytes;
      case LZ4 -> rawBytes <= LZ4_BEST_RATIO * (long) length;
      case DEFLATE -> rawBytes <= DEFLATE_BEST_RATIO * (long) length;
    };
  }

  /**
   * Decompresses into the whole of {@code raw}.
   *
   * @throws DataFormatException if the payload is malformed or has another length
   */
  void decompress(Codec codec, byte[] from, int offset, int length, byte[] raw)
      throws DataFormatException {
    int done;
    try {
      done =
          switch (codec) {
            case NONE -> copy(from, offset, length, raw);
            case ZSTD ->
                zstdDecompressor().decompressByteArray(raw, 0, raw.length, from, offset, length);
            case LZ4 ->
                Lz4.FACTORY.safeDecompressor().decompress(from, offset, length, raw, 0, raw.length);
            case DEFLATE -> inflate(from, offset, length, raw);
          };
    } catch (ZstdException | LZ4Exception e) {
      throw (DataFormatException) new DataFormatException(e.getMessage()).initCause(e);
    }
    if (done != raw.length) {
      throw new DataFormatException(done + " bytes instead of " + raw.length);
    }
  }

  private static int copy(byte[] from, int offset, int length, byte[] raw) {
    if (length == raw.length) {
      System.arraycopy(from, offset, raw, 0, length);
    }
    return length;
  }

  private int inflate(byte[] from, int offset, int length, byte[] raw) throws DataFormatException {
    if (inflater == null) {
      inflater = new Inflater(true);
    }
    inflater.reset();
    inflater.setInput(from, offset, length);
    int done = 0;
    while (done < raw.length) {
      int n = inflater.inflate(raw, done, raw.length - done);
      if (n == 0) {
        return done;
      }
      done += n;
    }
    byte[] beyond = new byte[1];
    if (inflater.inflate(beyond) != 0 || !inflater.finished() || inflater.getRemaining() != 0) {
      throw new DataFormatException("more bytes than " + raw.length);
    }
    return done;
  }

  private ZstdDecompressCtx zstdDecompressor() {
    if (zstdDecompressor == null) {
      zstdDecompressor = new ZstdDecompressCtx();
    }
    return zstdDecompressor;
  }

  @Override
  public void close() {
    if (zstdCompressor != null) {
      zstdCompressor.close();
    }
    if (zstdDecompressor != null) {
      zstdDecompressor.close();
    }
    if (deflater != null) {
      deflater.end();
    }
    if (inflater != null) {
      inflater.end();
    }
  }

  /** Loaded on first use only: it unpacks a native library. */
  private static final class Lz4 {
    static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();
  }
}
