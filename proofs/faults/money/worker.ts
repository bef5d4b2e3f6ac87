/**
 * One instance of the groups that move money, on Kafka, in a process of its own. Told by one JSON argument what to run,
 * and by lines on its input what time it is on the platform; says when it is about to write.
 */
import { createInterface } from 'node:readline';
import { openKafka } from '../../../engine/kafka/kafka.ts';
import { moneyStopped } from '../../../app/money-stopped.ts';
import { testedMeta } from '../../../ports/ad-platform/meta/testing/opened.ts';
import type { AdBudgets } from '../../../ports/ad-platform/port.ts';
import { moneyOptions, order, workerTask, type Said, type WorkerTask } from './protocol.ts';

const say = (line: Said): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The platform, which says before each write that it comes. */
function told(platform: AdBudgets): AdBudgets {
  return {
    budgetOwnerOfAdSet: (account_id, id) => platform.budgetOwnerOfAdSet(account_id, id),
    budgetOwnerOfAd: (account_id, id) => platform.budgetOwnerOfAd(account_id, id),
    readBudget: (owner) => platform.readBudget(owner),
    writeDailyBudget: (owner, minor) => {
      say({ event: 'writes', id: owner.owner_id });
      return platform.writeDailyBudget(owner, minor);
    },
    writeAdStatus: (account_id, id, status) => {
      say({ event: 'writes', id });
      return platform.writeAdStatus(account_id, id, status);
    },
  };
}

async function main(task: WorkerTask): Promise<void> {
  let { now_ms } = task;
  const { base_url, token } = task;
  const clock = { base_url, now_ms: () => now_ms, pass: (ms: number) => Promise.resolve(void (now_ms += ms)) };
  const platform = told(testedMeta(clock, { tokens: [token], client: { deadline_ms: task.deadline_ms } }).platform);
  const options = moneyOptions(task, {
    platform: () => platform,
    stopped: (account_id) => moneyStopped(kafka.engine, account_id),
  });
  const kafka = await openKafka({
    ...options,
    sharing: { session_ms: task.session_ms },
    kafka: { ...options.kafka, client_id: task.name },
    onFailure: (error, { group, partition }) => {
      say({ event: 'failed', text: `${group} ${partition}: ${String(error)}` });
      process.exit(3);
    },
  });
  createInterface({ input: process.stdin }).on('line', (line) => {
    const given = order.parse(JSON.parse(line));
    if (given.do === 'time') {
      ({ now_ms } = given);
      say({ event: 'time' });
      return;
    }
    void kafka.stop().then(() => {
      say({ event: 'stopped' });
      process.exit(0);
    });
  });
  await kafka.start();
  say({ event: 'ready' });
}

main(workerTask.parse(JSON.parse(process.argv[2] ?? '{}'))).catch((error: unknown) => {
  say({ event: 'failed', text: `at its start: ${error instanceof Error ? (error.stack ?? '') : String(error)}` });
  process.exit(5);
});
