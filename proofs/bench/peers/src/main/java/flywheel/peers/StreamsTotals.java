package flywheel.peers;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Running totals per ad with one output per 20 events of an ad, in Kafka Streams: RocksDB with a changelog.
 * Arguments: brokers, topic read, topic written, schema id of the output, application id, exactly_once_v2 or
 * at_least_once, threads, state folder, and `answer` where each event gets an output with its number, or `totals`. Prints
 * one line when it runs and one when the first event is processed; ends when stdin does.
 */
public final class StreamsTotals {
  static final String STORE = "totals";
  /** Told once, when the first event is processed. */
  static final AtomicBoolean begun = new AtomicBoolean();

  public static void main(String[] args) throws Exception {
    String brokers = args[0], input = args[1], output = args[2];
    int outputId = Integer.parseInt(args[3]);
    KafkaStreams streams = new KafkaStreams(topology(input, output, outputId, args[8].equals("answer")), settings(brokers, args));
    streams.setUncaughtExceptionHandler(error -> {
      error.printStackTrace();
      Runtime.getRuntime().halt(1);
      return null;
    });
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING)
        System.out.println("{\"event\":\"started\",\"at_ms\":" + System.currentTimeMillis() + "}");
    });
    streams.start();
    while (System.in.read() != -1) {}
    streams.close(Duration.ofSeconds(20));
  }

  static Topology topology(String input, String output, int outputId, boolean answers) {
    StoreBuilder<KeyValueStore<String, Totals>> store =
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), new TotalsSerde())
            .withCachingEnabled()
            .withLoggingEnabled(Map.of());
    Topology topology = new Topology();
    topology.addSource("events", Serdes.String().deserializer(), new Framed.Reader(), input);
    topology.addProcessor("totals", () -> new TotalsProcessor(answers), "events");
    topology.addStateStore(store, "totals");
    topology.addSink("outputs", output, Serdes.String().serializer(), new Framed.Writer(outputId), "totals");
    return topology;
  }

  /** As the engine that it is held against: large fetches, acknowledged by all in-sync replicas, a commit each 100 ms. */
  static Properties settings(String brokers, String[] args) {
    Properties p = new Properties();
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, args[4]);
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, args[5]);
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, args[6]);
    p.put(StreamsConfig.STATE_DIR_CONFIG, args[7]);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 16 * 1024 * 1024);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 8 * 1024 * 1024);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    return p;
  }

  private StreamsTotals() {}
}
