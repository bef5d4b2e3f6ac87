package flywheel.peers;

/** Totals of one ad. */
record Totals(long events, long impressions, long linkClicks, long spendMinor) {
  static final Totals NONE = new Totals(0, 0, 0, 0);
}
