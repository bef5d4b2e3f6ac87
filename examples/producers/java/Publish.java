// Publishes JSON lines as Avro, with Kafka's own client and Apache Avro; Confluent's serializer is not needed.
//   mvn -q dependency:copy-dependencies -DoutputDirectory=lib
//   BROKERS=127.0.0.1:9092 REGISTRY=http://127.0.0.1:8081/apis/ccompat/v7 \
//     java -cp 'lib/*' Publish.java ad.metrics account_id ../metrics.ndjson
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

public class Publish {
  static final ObjectMapper json = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    String topic = args[0];
    String keyField = args[1];
    JsonNode registered = registered(System.getenv("REGISTRY"), topic);
    Schema schema = new Schema.Parser().parse(registered.get("schema").asText());
    int id = registered.get("id").asInt();

    Properties config = new Properties();
    config.put("bootstrap.servers", System.getenv().getOrDefault("BROKERS", "127.0.0.1:9092"));
    config.put("acks", "all");
    // Sending again after a lost answer writes nothing twice. The default partitioner hashes the key by murmur2.
    config.put("enable.idempotence", "true");

    List<Future<RecordMetadata>> results = new ArrayList<>();
    try (var producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      for (String line : Files.readAllLines(Path.of(args[2]))) {
        JsonNode event = json.readTree(line);
        byte[] value = framed(id, schema, (GenericRecord) convert(schema, event));
        results.add(producer.send(new ProducerRecord<>(topic, event.get(keyField).asText(), value)));
      }
      for (Future<RecordMetadata> result : results) {
        RecordMetadata stored = result.get();
        System.out.printf("partition %d, offset %d%n", stored.partition(), stored.offset());
      }
    }
  }

  /** Confluent wire format: a zero byte, the schema id as four bytes big-endian, the Avro body. */
  static byte[] framed(int id, Schema schema, GenericRecord event) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(event, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  /** The newest schema of the topic and its id, as `flywheel provision` registered it; nothing is registered here. */
  static JsonNode registered(String registry, String topic) throws Exception {
    URI latest = URI.create(registry + "/subjects/" + topic + "-value/versions/latest");
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(latest).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200)
      throw new IllegalStateException("the registry has no schema of " + topic + ": " + answer.body());
    return json.readTree(answer.body());
  }

  /** Plain JSON as a value of the schema; fields that are left out get the schema's defaults. */
  static Object convert(Schema schema, JsonNode value) {
    return switch (schema.getType()) {
      case RECORD -> {
        GenericRecord event = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
          JsonNode given = value.get(field.name());
          if (given == null && !field.hasDefaultValue())
            throw new IllegalArgumentException(field.name() + " is missing");
          event.put(field.name(),
              given == null ? GenericData.get().getDefaultValue(field) : convert(field.schema(), given));
        }
        yield event;
      }
      case UNION -> value.isNull() ? null : convert(schema.getTypes().get(1), value);
      case MAP -> {
        Map<String, Object> entries = new HashMap<>();
        value.fields().forEachRemaining(e -> entries.put(e.getKey(), convert(schema.getValueType(), e.getValue())));
        yield entries;
      }
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        value.forEach(item -> items.add(convert(schema.getElementType(), item)));
        yield items;
      }
      case ENUM -> new GenericData.EnumSymbol(schema, value.asText());
      case LONG -> value.asLong();
      case INT -> value.asInt();
      case DOUBLE -> value.asDouble();
      case BOOLEAN -> value.asBoolean();
      default -> value.asText();
    };
  }
}
