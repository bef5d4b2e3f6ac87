/** What each operation is to who asks over HTTP: in words, for whom, about whose accounts, and what it costs. */
import { changes, ofAccount, peopleRules, reads, type Rule } from './people-rules.ts';
import type { OperationName } from './endpoints.ts';

export const operationRules: Readonly<Record<OperationName, Rule>> = {
  ...peopleRules,
  status: {
    ...reads,
    words: 'How everything does: groups, topics, source, and what it came to so far.',
    account: 'whole',
    example: {},
  },
  topology: { ...reads, words: 'Groups and topics, who reads and who writes what.', account: 'none', example: {} },
  lag: {
    ...reads,
    words: 'Records that each group has before it by partition, and those that wait upstream.',
    account: 'none',
    example: {},
  },
  advice: {
    ...reads,
    words: 'What the figures of this moment say that somebody should look at, and what to do about it.',
    account: 'whole',
    example: {},
  },
  step_times: {
    ...reads,
    words: 'How long each step of a batch takes, by group, in the process that answers.',
    account: 'none',
    example: {},
  },
  run_again: {
    ...reads,
    words:
      'A decision made again from its recorded input and from an edited one (`event`, `state`, `policy`), and in which fields they differ. Nothing is written.',
    account: 'whole',
    limit: 'heavy',
    example: { id: 'auto-promoter/1/evidence.changed/0/1/0' },
  },
  save_case: {
    ...changes,
    words: 'Keeps a decision as a case that the test of its processor makes again; answers where it was written.',
    account: 'whole',
    example: { id: 'auto-promoter/1/evidence.changed/0/1/0' },
  },
  experiments: {
    ...reads,
    words: 'A page of experiments, winners first; `after` is the `next` of the page before.',
    account: 'optional',
    example: { ...ofAccount, limit: 20 },
  },
  experiment: {
    ...reads,
    words: 'One experiment: its arms, and how evidence and shares came about. 404 before it has evidence.',
    account: 'required',
    example: { ...ofAccount, experiment_id: 'exp_1' },
  },
  learning: {
    ...reads,
    words:
      'What the predictions of an account rest on, how good they are, and whether learning helps; without `account_id` of the account with most actuals.',
    account: 'optional',
    weight: 4,
    example: ofAccount,
  },
  memory: {
    ...reads,
    words:
      'Winners that an account remembers, the newest first; with `text` those that it resembles, nearest first, by exact cosine. Without `account_id` of the account with most.',
    account: 'optional',
    weight: 4,
    example: { ...ofAccount, text: 'Free delivery' },
  },
  fatigue: {
    ...reads,
    words:
      'How the ads of an account do against their own first days, beside the account, and what may be done; without `account_id` of the account with most tired ads.',
    account: 'optional',
    example: ofAccount,
  },
  actuals: {
    ...reads,
    words:
      'What came of predictions: accuracy by age of the ads with ceiling, interval and calibration, drift, what is waited for, and how often the platform was asked.',
    account: 'optional',
    weight: 2,
    example: ofAccount,
  },
  fetch_actuals: {
    ...changes,
    words: 'Asks the ad platform what ads got in the last days; the answers are events that name the requests.',
    account: 'required',
    weight: 5,
    example: { ...ofAccount, ad_ids: ['ad_1'] },
  },
  sync_actuals: {
    ...changes,
    words: 'The same for every ad whose predictions wait for their actuals.',
    account: 'optional',
    weight: 10,
    example: ofAccount,
  },
  cycles: {
    ...reads,
    words:
      'The learning cycle of an account that runs or ran last: its seven steps, each with status, count and reason; without `account_id` of all accounts that had one.',
    account: 'optional',
    example: ofAccount,
  },
  request_cycle: {
    ...changes,
    words:
      'Asks for a learning cycle of an account, or of all: all seven steps now. Answers which cycle runs, which is the one before where that is not over.',
    account: 'optional',
    weight: 10,
    example: ofAccount,
  },
  models: {
    ...reads,
    words: 'Which model of an account predicts, how it came to be, and what each training learned from and came to.',
    account: 'required',
    example: ofAccount,
  },
  roll_back_model: {
    ...changes,
    words:
      'Lets an earlier model of an account predict, or none (`to_model_id` null). The next training is compared with it.',
    account: 'required',
    example: { ...ofAccount, to_model_id: null, reason: 'worse since the sale' },
  },
  plan_redrive: {
    ...reads,
    words:
      'What sending dead letters back would do, one by one: decided, refused again or left out, and which groups took the record already.',
    account: 'whole',
    limit: 'heavy',
    example: { limit: 20 },
  },
  niche: {
    ...reads,
    words:
      'What an account gives to its niche and gets of it: niche with confidence, the last release, how its click rate stands, and what to test first.',
    account: 'required',
    example: ofAccount,
  },
  niches: {
    ...reads,
    words: 'How many accounts and businesses take part, by niche.',
    account: 'whole',
    example: {},
  },
  share_account: {
    ...changes,
    words:
      'Whether an account learns with others from now on; `shares: false` takes out what it gave. Answers the event that says so.',
    account: 'required',
    example: { ...ofAccount, business_id: 'biz_1', shares: true },
  },
  score_creative: {
    ...reads,
    words:
      'What the traits of a new creative go with in the experiments of the account, and single changes that go with more clicks: associations, to be tested.',
    account: 'required',
    example: { ...ofAccount, headline: 'Free delivery today' },
  },
  score_ad: {
    ...reads,
    words: 'The same of an ad that the account has; 404 before its creative is known.',
    account: 'required',
    example: { ...ofAccount, ad_id: 'ad_1' },
  },
  dna_applications: {
    ...reads,
    words:
      'Ads that were made from other ads: what was expected of each change, what came of it, and how well expectations hold; winners and losers.',
    account: 'required',
    example: ofAccount,
  },
  why_won: {
    ...reads,
    words:
      'What an ad had that its rivals in the experiment had not, and what that goes with; 404 before the ad is known there.',
    account: 'required',
    example: { ...ofAccount, experiment_id: 'exp_1', ad_id: 'ad_1' },
  },
  decisions: { ...reads, words: 'The newest decisions, newest first.', account: 'whole', example: { limit: 20 } },
  events: {
    ...reads,
    words: 'The newest events of a topic, newest first.',
    account: 'whole',
    example: { topic: 'ad.created', limit: 20 },
  },
  dead_letters: {
    ...reads,
    words: 'Records that groups refused, newest first, and how many match.',
    account: 'whole',
    example: { limit: 20 },
  },
  dead_letter: {
    ...reads,
    words: 'One of them with its bytes, and what each decoder said. `id` is `partition:offset`.',
    account: 'whole',
    example: { id: '0:0' },
  },
  discard: {
    ...changes,
    words: 'Gives dead letters up for good: they are never decided, and their keys no longer wait for them.',
    account: 'whole',
    example: { ids: ['0:0'] },
  },
  redrive: {
    ...changes,
    words: 'Sends dead letters back to the group that refused them; one that went back before is left out.',
    account: 'whole',
    weight: 10,
    example: { ids: ['0:0'] },
  },
  explain: {
    ...reads,
    words: 'A decision: its cause, the raw events behind it, the state it met, and whether it can be made again.',
    account: 'whole',
    limit: 'heavy',
    example: { id: 'auto-promoter/1/evidence.changed/0/1/0' },
  },
  follow: {
    ...reads,
    words: 'What an event caused, as a tree. `id` is `topic/partition/offset` or the id of a decision.',
    account: 'whole',
    limit: 'heavy',
    example: { id: 'ad.created/0/0' },
  },
  query: {
    ...reads,
    words: 'One SQL statement that reads the analytics.',
    role: 'admin',
    account: 'whole',
    limit: 'heavy',
    example: { sql: 'SELECT count() FROM ad_created' },
  },
  export_table: {
    ...reads,
    words:
      'A page of a table of the analytics as CSV; `after` is the `next` of the page before. GET /api/export/{table} streams all of it.',
    account: 'optional',
    limit: 'heavy',
    example: { table: 'ad_metrics', ...ofAccount, limit: 20 },
  },
  publish: {
    ...changes,
    words:
      'Appends events, one JSON object a line; a line that is refused is reported and left out. Also commands and policies: POST /api/events takes what comes from outside.',
    role: 'admin',
    account: 'whole',
    limit: 'events',
    example: { topic: 'ad.metrics', ndjson: '' },
  },
  rebuild: {
    ...changes,
    words: 'Makes the state of a group again from the log, aside, and compares.',
    role: 'admin',
    account: 'whole',
    limit: 'heavy',
    weight: 10,
    example: { group: 'thompson-sampling' },
  },
  set_speed: {
    ...changes,
    words: 'Speed of the clock of the source: 0 pauses, 1 is real time, "max" as fast as it can.',
    account: 'whole',
    example: { speed: 21_600 },
  },
};
