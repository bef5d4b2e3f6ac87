package flywheel.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;

/** State as the engine stores it: MessagePack of [version, {events, impressions, link_clicks, spend_minor}]. */
final class TotalsSerde implements Serde<Totals> {
  @Override
  public Serializer<Totals> serializer() {
    return (topic, totals) -> {
      if (totals == null) return null;
      try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
        packer.packArrayHeader(2).packInt(1).packMapHeader(4);
        packer.packString("events").packLong(totals.events());
        packer.packString("impressions").packLong(totals.impressions());
        packer.packString("link_clicks").packLong(totals.linkClicks());
        packer.packString("spend_minor").packLong(totals.spendMinor());
        return packer.toByteArray();
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    };
  }

  @Override
  public Deserializer<Totals> deserializer() {
    return (topic, bytes) -> {
      if (bytes == null) return null;
      try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(bytes)) {
        unpacker.unpackArrayHeader();
        unpacker.unpackInt();
        unpacker.unpackMapHeader();
        return new Totals(field(unpacker), field(unpacker), field(unpacker), field(unpacker));
      } catch (IOException error) {
        throw new UncheckedIOException(error);
      }
    };
  }

  private static long field(MessageUnpacker unpacker) throws IOException {
    unpacker.unpackString();
    return unpacker.unpackLong();
  }
}
