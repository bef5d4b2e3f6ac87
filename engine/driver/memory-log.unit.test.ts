import { logContract } from '../log.contract.ts';
import { HandClock } from './driver.ts';
import { MemoryLog } from './memory-log.ts';

logContract('memory', () =>
  Promise.resolve({ log: new MemoryLog(2, new HandClock(Date.UTC(2026, 0, 1))), topic: 'topic' }),
);
