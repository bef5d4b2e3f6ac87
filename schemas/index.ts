/** The topics of this program, one value each. */
import type { Topic } from '../topology/topic.ts';
import { adCreated } from './ad.created/topic.ts';
import { experimentDeclared } from './experiment.declared/topic.ts';
import { adMetrics } from './ad.metrics/topic.ts';
import { tickHourly } from './tick.hourly/topic.ts';
import { policyChanged } from './policy.changed/topic.ts';
import { policyProposed } from './policy.proposed/topic.ts';
import { evidenceChanged } from './evidence.changed/topic.ts';
import { winnerDetected } from './winner.detected/topic.ts';
import { winnerWithdrawn } from './winner.withdrawn/topic.ts';
import { allocationProposed } from './allocation.proposed/topic.ts';
import { dnaExtracted } from './dna.extracted/topic.ts';
import { dnaFormulaUpdated } from './dna.formula.updated/topic.ts';
import { memoryIndexRequested } from './memory.index.requested/topic.ts';
import { memoryRecallRequested } from './memory.recall.requested/topic.ts';
import { winnerIndexed } from './winner.indexed/topic.ts';
import { memoryRecalled } from './memory.recalled/topic.ts';
import { cycleRequested } from './cycle.requested/topic.ts';
import { cycleStepRequested } from './cycle.step.requested/topic.ts';
import { cycleStepFinished } from './cycle.step.finished/topic.ts';
import { cycleProgressed } from './cycle.progressed/topic.ts';
import { accountChanged } from './account.changed/topic.ts';
import { nicheContribution } from './niche.contribution/topic.ts';
import { nichePatternUpdated } from './niche.pattern.updated/topic.ts';
import { predictionMade } from './prediction.made/topic.ts';
import { actualsRequested } from './actuals.requested/topic.ts';
import { actualsReturned } from './actuals.returned/topic.ts';
import { actualsFetched } from './actuals.fetched/topic.ts';
import { accuracyMeasured } from './accuracy.measured/topic.ts';
import { accuracyDrifted } from './accuracy.drifted/topic.ts';
import { modelRetrainRequested } from './model.retrain.requested/topic.ts';
import { modelTrained } from './model.trained/topic.ts';
import { modelRollbackRequested } from './model.rollback.requested/topic.ts';
import { ensembleReweighted } from './ensemble.reweighted/topic.ts';
import { improvementMeasured } from './improvement.measured/topic.ts';
import { promotionMeasured } from './promotion.measured/topic.ts';
import { variationProposed } from './variation.proposed/topic.ts';
import { variationDecided } from './variation.decided/topic.ts';
import { adFatigued } from './ad.fatigued/topic.ts';
import { budgetChangeRequested } from './budget.change.requested/topic.ts';
import { budgetChangeProgressed } from './budget.change.progressed/topic.ts';
import { budgetCallRequested } from './budget.call.requested/topic.ts';
import { budgetCallReturned } from './budget.call.returned/topic.ts';
import { budgetPoolRequested } from './budget.pool.requested/topic.ts';
import { budgetPoolAnswered } from './budget.pool.answered/topic.ts';
import { operatorCommand } from './operator.command/topic.ts';
import { operatorHalt } from './operator.halt/topic.ts';
import { accountHealthChanged } from './account.health.changed/topic.ts';
import { alertRaised } from './alert.raised/topic.ts';
import { alertResolved } from './alert.resolved/topic.ts';
import { alertCommand } from './alert.command/topic.ts';
import { notificationRequested } from './notification.requested/topic.ts';
import { notificationSettled } from './notification.settled/topic.ts';
import { digestMade } from './digest.made/topic.ts';
import { groupObserved } from './group.observed/topic.ts';
import { proposalMade } from './proposal.made/topic.ts';
import { apiKeyChanged } from './api.key.changed/topic.ts';
import { auditRecorded } from './audit.recorded/topic.ts';
import { deadLetter } from './dead.letter/topic.ts';

export {
  adCreated,
  experimentDeclared,
  adMetrics,
  tickHourly,
  policyChanged,
  policyProposed,
  evidenceChanged,
  winnerDetected,
  winnerWithdrawn,
  allocationProposed,
  dnaExtracted,
  dnaFormulaUpdated,
  memoryIndexRequested,
  memoryRecallRequested,
  winnerIndexed,
  memoryRecalled,
  accountChanged,
  nicheContribution,
  nichePatternUpdated,
  predictionMade,
  actualsRequested,
  actualsReturned,
  actualsFetched,
  accuracyMeasured,
  accuracyDrifted,
  modelRetrainRequested,
  modelTrained,
  modelRollbackRequested,
  ensembleReweighted,
  improvementMeasured,
  promotionMeasured,
  variationProposed,
  variationDecided,
  adFatigued,
  budgetChangeRequested,
  budgetChangeProgressed,
  budgetCallRequested,
  budgetCallReturned,
  budgetPoolRequested,
  budgetPoolAnswered,
  operatorCommand,
  operatorHalt,
  accountHealthChanged,
  cycleRequested,
  cycleStepRequested,
  cycleStepFinished,
  cycleProgressed,
  alertRaised,
  alertResolved,
  alertCommand,
  notificationRequested,
  notificationSettled,
  digestMade,
  groupObserved,
  proposalMade,
  apiKeyChanged,
  auditRecorded,
  deadLetter,
};
export { isPaidForConversions } from './ad.created/objective.ts';
export { noCreativeFacts, type CreativeFacts } from './ad.created/creative.ts';
export { isNiche, niches, type Niche } from './niches.ts';
export type * from './generated/types.ts';

/** All of them. */
export const topics: readonly Topic[] = [
  adCreated,
  experimentDeclared,
  adMetrics,
  tickHourly,
  policyChanged,
  policyProposed,
  evidenceChanged,
  winnerDetected,
  winnerWithdrawn,
  allocationProposed,
  dnaExtracted,
  dnaFormulaUpdated,
  memoryIndexRequested,
  memoryRecallRequested,
  winnerIndexed,
  memoryRecalled,
  accountChanged,
  nicheContribution,
  nichePatternUpdated,
  predictionMade,
  actualsRequested,
  actualsReturned,
  actualsFetched,
  accuracyMeasured,
  accuracyDrifted,
  modelRetrainRequested,
  modelTrained,
  modelRollbackRequested,
  ensembleReweighted,
  improvementMeasured,
  promotionMeasured,
  variationProposed,
  variationDecided,
  adFatigued,
  budgetChangeRequested,
  budgetChangeProgressed,
  budgetCallRequested,
  budgetCallReturned,
  budgetPoolRequested,
  budgetPoolAnswered,
  operatorCommand,
  operatorHalt,
  accountHealthChanged,
  cycleRequested,
  cycleStepRequested,
  cycleStepFinished,
  cycleProgressed,
  alertRaised,
  alertResolved,
  alertCommand,
  notificationRequested,
  notificationSettled,
  digestMade,
  groupObserved,
  proposalMade,
  apiKeyChanged,
  auditRecorded,
  deadLetter,
];
