/** The topics of this program, one value each. */
export { adCreated } from './ad.created/topic.ts';
export { experimentDeclared } from './experiment.declared/topic.ts';
export { adMetrics } from './ad.metrics/topic.ts';
export { tickHourly } from './tick.hourly/topic.ts';
export { policyChanged } from './policy.changed/topic.ts';
export { evidenceChanged } from './evidence.changed/topic.ts';
export { winnerDetected } from './winner.detected/topic.ts';
export { winnerWithdrawn } from './winner.withdrawn/topic.ts';
export { allocationProposed } from './allocation.proposed/topic.ts';
export { deadLetter } from './dead.letter/topic.ts';
export type * from './generated/types.ts';
