package flywheel.peers;

import flywheel.AdMetrics;
import flywheel.WinnerWithdrawn;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Avro behind the registry's frame: a zero byte, the schema id, the body. One instance serves many threads. */
final class Framed {
  private static final int FRAME_BYTES = 5;

  static final class Reader implements Deserializer<AdMetrics> {
    private final ThreadLocal<SpecificDatumReader<AdMetrics>> readers =
        ThreadLocal.withInitial(() -> new SpecificDatumReader<>(AdMetrics.class));
    private final ThreadLocal<BinaryDecoder> decoders = new ThreadLocal<>();

    @Override
    public AdMetrics deserialize(String topic, byte[] bytes) {
      try {
        BinaryDecoder decoder =
            DecoderFactory.get().binaryDecoder(bytes, FRAME_BYTES, bytes.length - FRAME_BYTES, decoders.get());
        decoders.set(decoder);
        return readers.get().read(null, decoder);
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    }
  }

  static final class Writer implements Serializer<WinnerWithdrawn> {
    private final SpecificDatumWriter<WinnerWithdrawn> writer = new SpecificDatumWriter<>(WinnerWithdrawn.class);
    private final int id;

    Writer(int id) {
      this.id = id;
    }

    @Override
    public byte[] serialize(String topic, WinnerWithdrawn value) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(256);
      out.writeBytes(ByteBuffer.allocate(FRAME_BYTES).put((byte) 0).putInt(id).array());
      try {
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        writer.write(value, encoder);
        encoder.flush();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
      return out.toByteArray();
    }
  }

  private Framed() {}
}
