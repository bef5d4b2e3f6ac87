package flywheel.peers;

import flywheel.AdMetrics;
import flywheel.WinnerWithdrawn;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The same decisions as `totals` and, where it answers each event, `answer` in proofs/bench/totals.ts. */
final class TotalsProcessor implements Processor<String, AdMetrics, String, WinnerWithdrawn> {
  private static final int REPORT_EVERY = 20;
  private final boolean answers;
  private ProcessorContext<String, WinnerWithdrawn> context;
  private KeyValueStore<String, Totals> store;

  TotalsProcessor(boolean answers) {
    this.answers = answers;
  }

  @Override
  public void init(ProcessorContext<String, WinnerWithdrawn> context) {
    this.context = context;
    this.store = context.getStateStore(StreamsTotals.STORE);
  }

  @Override
  public void process(Record<String, AdMetrics> record) {
    if (StreamsTotals.begun.compareAndSet(false, true))
      System.out.println("{\"event\":\"begun\",\"at_ms\":" + System.currentTimeMillis() + "}");
    AdMetrics event = record.value();
    String key = record.key() + '\0' + event.getAdId();
    Totals before = store.get(key);
    if (before == null) before = Totals.NONE;
    Totals after =
        new Totals(
            before.events() + 1,
            before.impressions() + event.getImpressions(),
            before.linkClicks() + event.getLinkClicks(),
            before.spendMinor() + event.getSpendMinor());
    store.put(key, after);
    if (!answers && after.events() % REPORT_EVERY != 0) return;
    String experiment = event.getExperimentId();
    WinnerWithdrawn output =
        new WinnerWithdrawn(
            event.getAccountId(),
            experiment == null ? "" : experiment,
            event.getAdId(),
            (double) after.impressions(),
            (double) (answers ? event.getSpendMinor() : after.linkClicks()),
            1.0,
            "all",
            "totals",
            record.timestamp(),
            "bench");
    context.forward(record.withValue(output));
  }
}
