/**
 * The log on Kafka. Partitions are read by offset: what was read last is kept for the other groups of the process, what
 * comes after the end is fetched as it comes and told to whoever listens.
 */
import type { Admin, Producer } from 'kafkajs';
import type { EngineError } from '../../errors.ts';
import type { Log, LogRange, LogRecord, NewRecord } from '../../ports.ts';
import { Appender } from './appender.ts';
import { connectedTo, type Connected, type Connection } from '../client/connected.ts';
import { Fetcher, type Fetched } from './fetcher.ts';
import type { KafkaLogOptions } from './options.ts';
import * as limits from './limits.ts';
import { insist, patient, type Insistence } from '../client/patient.ts';
import { explained } from '../client/refused.ts';
import { byPlace, Places, type Place } from './place.ts';
import { edgeOf, rangesOf } from './ranges.ts';
import { SourceAppends } from '../source-appends.ts';
import { isFetched, Tail } from './tail.ts';
import { ensureTopics } from '../checks/topics.ts';
import { isRedrive } from '../../dead-letters/sent-back.ts';

export class KafkaLog implements Log {
  readonly partitions: number;
  readonly #sources: SourceAppends;
  readonly #connected: Connected;
  readonly #appender: Appender;
  readonly #journal: Appender;
  readonly #reader: Fetcher;
  readonly #tail: Tail;
  readonly #topics: Set<string>;
  readonly #places = new Places(limits.kept_bytes);
  readonly #reading = new Map<string, Promise<Fetched>>();
  readonly #listeners = new Set<(appended: readonly LogRecord[]) => void>();
  readonly #close: Connection['close'];
  readonly #options: KafkaLogOptions;
  readonly #prefix: string;
  readonly #insistence: Insistence;
  #until_ms = Infinity;
  #broken: ((topic: string, partition: number, error: EngineError) => void) | undefined;

  private constructor(
    options: KafkaLogOptions,
    connected: Connected,
    given: {
      readonly appender: Appender;
      readonly journal: Appender;
      readonly topics: readonly string[];
      readonly close: Connection['close'];
    },
  ) {
    this.#options = options;
    this.partitions = options.partitions;
    this.#sources = new SourceAppends(options.positions, (records) => this.append(records));
    this.#connected = connected;
    this.#appender = given.appender;
    this.#journal = given.journal;
    this.#topics = new Set(given.topics);
    this.#close = given.close;
    this.#prefix = options.topic_prefix ?? '';
    const { onTrouble = () => undefined } = options;
    this.#insistence = { onTrouble, goesOn: () => performance.now() < this.#until_ms };
    this.#reader = new Fetcher(connected.reading, limits.read_limits, this.#prefix);
    this.#tail = new Tail({
      fetcher: new Fetcher(connected.tailing, limits.tail_limits, this.#prefix),
      wanted: () =>
        this.#places
          .all()
          .filter(({ followed, broken }) => followed && broken === undefined)
          .map(({ topic, partition, told }) => ({ topic, partition, offset: told })),
      onFetched: (fetched) => {
        const learning = options.learn?.(fetched.flatMap(({ records }) => records));
        if (learning !== undefined) return learning.then(() => this.#came(fetched));
        this.#came(fetched);
        return undefined;
      },
      onBroken: (topic, partition, error) => {
        this.#places.of(topic, partition).broken = error;
        this.#broken?.(topic, partition, error);
      },
      onTrouble,
      pause_ms: limits.trouble_pause_ms,
    });
  }

  /** Connects and looks which topics there are. Rejects where no broker answers. */
  static async open(options: KafkaLogOptions): Promise<KafkaLog> {
    const { topic_prefix: prefix = '' } = options;
    const { producer, journal, topics, close, ...connected } = await connectedTo(options, prefix);
    const appenderOf = (one: Producer): Appender => new Appender(one, limits.append_limits, prefix, options.stamp);
    const log = new KafkaLog(options, connected, {
      appender: appenderOf(producer),
      journal: appenderOf(journal),
      topics: [...topics, ...(options.topics ?? [])],
      close,
    });
    log.#tail.start();
    return log;
  }

  /** It is to be closed: what a broker that is away does not take is given up after a while. */
  hurry(): void {
    this.#until_ms = Math.min(this.#until_ms, performance.now() + limits.hurry_within_ms);
  }

  /** Asks about the cluster. */
  get admin(): Admin {
    return this.#connected.admin;
  }

  async close(): Promise<void> {
    this.#until_ms = 0;
    await this.#close(() => this.#tail.stop());
  }

  /** Start and end; a topic that does not exist is empty. */
  range(topic: string, partition: number): LogRange | Promise<LogRange> {
    const place = this.#places.of(topic, partition);
    return place.followed ? { start: place.start, end: place.end } : this.#asked(place);
  }

  /** Asks the brokers, and reads what they have beyond what was seen. */
  async rangeNow(topic: string, partition: number): Promise<LogRange> {
    const place = this.#places.of(topic, partition);
    const range = await this.#asked(place);
    while (place.followed && place.told < range.end) await this.#catchUp(place);
    return range;
  }

  /** Reads on in a followed partition, as its tail would sooner or later. */
  async #catchUp(place: Place): Promise<void> {
    const { told } = place;
    const fetched = await this.#fetch(place, told);
    if (fetched.next > told) this.#came([fetched]);
    else await new Promise((resolve) => setTimeout(resolve, limits.empty_pause_ms));
  }

  read(
    topic: string,
    partition: number,
    offset: number,
    max_records: number,
  ): readonly LogRecord[] | Promise<readonly LogRecord[]> {
    const place = this.#places.of(topic, partition);
    if (place.broken !== undefined) throw place.broken;
    // The usual case of a task that is up to date, which need not look through all that is kept.
    const from = place.past(offset);
    if (place.followed && from >= place.end) return [];
    return place.at(from, max_records) ?? this.#readOn(place, from, max_records);
  }

  past(topic: string, partition: number, offset: number): number {
    return this.#places.of(topic, partition).past(offset);
  }

  async isHole(topic: string, partition: number, from: number, to: number): Promise<boolean> {
    const place = this.#places.of(topic, partition);
    for (let at = place.past(from); at < to; at = place.past(at)) {
      await this.#fetch(place, at);
      if (place.past(at) === at) return false;
    }
    return true;
  }

  async #readOn(place: Place, offset: number, max_records: number): Promise<readonly LogRecord[]> {
    if (!place.known && !this.#topics.has(place.topic)) return [];
    if (!place.known) await this.#asked(place);
    for (let from = offset; ;) {
      while (from < place.end) {
        const fetched = await this.#fetch(place, from);
        const found = place.at(offset, max_records) ?? place.at(from, max_records);
        if (found !== undefined) return found;
        // Nothing but compacted offsets or control records: read on behind them.
        if (fetched.next > from) from = fetched.next;
        // A broker may answer with nothing though there is something: nobody would wake who is told so.
        else if (fetched.end > from) await new Promise((resolve) => setTimeout(resolve, limits.empty_pause_ms));
        // Behind a transaction that is not decided: what comes is told from here on.
        else return this.#follow(place, from).then(() => []);
      }
      // Who is told that there is nothing is woken by what comes next; what came before it was followed is read at once.
      await this.#follow(place, from);
      if (from >= place.end) return [];
    }
  }

  /** From now on what comes is fetched as it comes, no later than from an offset on. */
  async #follow(place: Place, from: number): Promise<void> {
    if (place.followed || !this.#topics.has(place.topic)) return;
    await insist(() => this.#connected.tailing.addTargetTopic(this.#prefix + place.topic), this.#insistence);
    place.followFrom(Math.min(place.end, from));
    this.#tail.wake();
  }

  /** One fetch at a place and offset at a time, whoever asks. */
  #fetch(place: Place, offset: number): Promise<Fetched> {
    const key = `${place.topic}|${place.partition}|${offset}`;
    const known = this.#reading.get(key);
    if (known !== undefined) return known;
    const fetching = insist(() => this.#fetched(place, offset), this.#insistence).finally(() =>
      this.#reading.delete(key),
    );
    this.#reading.set(key, fetching);
    return fetching;
  }

  async #fetched(place: Place, offset: number): Promise<Fetched> {
    await patient(() => this.#connected.reading.addTargetTopic(this.#prefix + place.topic));
    for (let first = true; ; first = false) {
      if (!first) await patient(() => this.#reader.refresh());
      const wanted = [{ topic: place.topic, partition: place.partition, offset }];
      for (const [leader, own] of this.#reader.byLeader(wanted)) {
        const [outcome] = await this.#reader.fetch(leader, own);
        if (outcome !== undefined && 'broken' in outcome) throw outcome.broken;
        if (outcome !== undefined && isFetched(outcome)) {
          // In the same turn where nothing is to be learnt: what is known of a place changes as one.
          const learning = this.#options.learn?.(outcome.records);
          if (learning !== undefined) await learning;
          place.start = outcome.start;
          place.noteHoles(outcome.holes);
          if (!place.followed) place.end = Math.max(place.end, outcome.end);
          if (outcome.next > offset) place.keep(offset, outcome.next, outcome.records);
          return outcome;
        }
      }
    }
  }

  #came(fetched: readonly Fetched[]): void {
    // Some of it may have been told already: a fetch waited while this process appended.
    const appended = fetched.flatMap((one) => this.#places.of(one.topic, one.partition).came(one));
    if (appended.length > 0) for (const listener of this.#listeners) listener(appended);
  }

  async ranges(topics: readonly string[]): Promise<ReadonlyMap<string, readonly LogRange[]>> {
    const known = topics.filter((topic) => this.#topics.has(topic));
    const names = known.map((topic) => this.#prefix + topic);
    const found = await rangesOf(this.#connected.reading, names, this.partitions);
    return new Map(known.map((topic) => [topic, found.get(this.#prefix + topic) ?? []]));
  }

  /** All of them in a few requests: asked for one by one, a start took a second for it. */
  async follow(topics: readonly string[]): Promise<void> {
    const known = topics.filter((topic) => this.#topics.has(topic));
    const ranges = await insist(() => this.ranges(known), this.#insistence);
    const names = known.map((topic) => this.#prefix + topic);
    await insist(() => this.#connected.tailing.addMultipleTargetTopics(names), this.#insistence);
    for (const topic of known)
      for (const [partition, range] of (ranges.get(topic) ?? []).entries()) {
        const place = this.#places.of(topic, partition);
        place.asked(range);
        place.followFrom(range.end);
      }
    this.#tail.wake();
  }

  /** Finds redrive topics that other processes have made, and tells of all that is in them. */
  async lookForRedrives(): Promise<void> {
    const names = (await this.#connected.admin.listTopics()).filter((name) => name.startsWith(this.#prefix));
    for (const topic of names.map((name) => name.slice(this.#prefix.length))) {
      if (isRedrive(topic) && !this.#topics.has(topic)) await this.#followNew(topic, 'start');
    }
  }

  /** A topic that was not there before. */
  async #followNew(topic: string, from: 'start' | 'end'): Promise<void> {
    this.#topics.add(topic);
    for (let partition = 0; partition < this.partitions; partition++) {
      const place = this.#places.of(topic, partition);
      await this.#asked(place);
      await this.#follow(place, place[from]);
    }
  }

  release(neededFrom: (topic: string, partition: number) => number): void {
    for (const place of this.#places.all()) place.release(neededFrom(place.topic, place.partition));
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    await this.appended(records);
  }

  /** `append` that tells where records came to stand. What it wrote to followed partitions was told when it resolves. */
  appended(records: readonly NewRecord[]): Promise<readonly LogRecord[]> {
    return this.#appendedBy(this.#appender, records);
  }

  /** `appended` for journal lines: they are sent beside other records, not behind them. */
  journaled(lines: readonly NewRecord[]): Promise<readonly LogRecord[]> {
    return this.#appendedBy(this.#journal, lines);
  }

  async #appendedBy(appender: Appender, records: readonly NewRecord[]): Promise<readonly LogRecord[]> {
    if (records.length === 0) return [];
    await this.#redriveTopics(records);
    const append = (): Promise<readonly LogRecord[]> => explained(this.#options, () => appender.append(records));
    const stored = await insist(append, this.#insistence);
    for (const [place, own] of byPlace(stored, (topic, partition) => this.#places.of(topic, partition)))
      if (place.followed) await this.#cameByItself(place, own);
      else place.end = Math.max(place.end, (own.at(-1)?.offset ?? -1) + 1);
    return stored;
  }

  /** A redrive topic is made with the first record that goes back to its group. */
  async #redriveTopics(records: readonly NewRecord[]): Promise<void> {
    const missing = new Set(
      records.map(({ topic }) => topic).filter((topic) => isRedrive(topic) && !this.#topics.has(topic)),
    );
    if (missing.size === 0) return;
    const plans = [...missing].map((topic) => ({ topic: this.#prefix + topic, partitions: this.partitions }));
    await ensureTopics(this.#connected.admin, plans, { by_broker: this.#options.stamp === null });
    for (const topic of missing) await this.#followNew(topic, 'end');
  }

  /**
   * Records that this process wrote to the end of a followed partition; what others wrote before them is fetched. What
   * stands behind somebody's transaction that is not decided cannot be read yet: the tail tells of it when it can.
   */
  async #cameByItself(place: Place, own: readonly LogRecord[]): Promise<void> {
    const { topic, partition } = place;
    const last = own.at(-1)?.offset ?? 0;
    for (let looks = 0; place.told < (own[0]?.offset ?? 0); looks++) {
      if (looks >= limits.looks_before_own) return;
      const { told } = place;
      await this.#catchUp(place);
      if (place.told > told) looks = 0;
    }
    this.#came([{ topic, partition, start: place.start, end: last + 1, next: last + 1, records: own, holes: [] }]);
  }

  appendFrom(source: string, position: string, records: readonly NewRecord[]): Promise<void> {
    return this.#sources.appendFrom(source, position, records);
  }

  position(source: string): Promise<string | undefined> {
    return this.#sources.position(source);
  }

  onAppend(listener: (appended: readonly LogRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls where the log does not hold what should come next in a partition: whoever reads it must stop. */
  onBroken(listener: (topic: string, partition: number, error: EngineError) => void): void {
    this.#broken = listener;
  }

  async #asked(place: Place): Promise<LogRange> {
    const { topic, partition } = place;
    if (!this.#topics.has(topic)) return { start: 0, end: 0 };
    const offsetOf = (fromBeginning: boolean): Promise<number> =>
      edgeOf(this.#connected.reading, this.#prefix + topic, partition, fromBeginning);
    const start = await insist(() => offsetOf(true), this.#insistence);
    const end = await insist(() => offsetOf(false), this.#insistence);
    place.asked({ start, end });
    return { start, end };
  }
}
