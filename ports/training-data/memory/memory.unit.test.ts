import { tables } from '../../analytics/analytics.contract.ts';
import { MemoryAnalytics } from '../../analytics/memory/memory.ts';
import { trainingDataContract } from '../training-data.contract.ts';
import { memoryTrainingData } from './memory.ts';

trainingDataContract(async (rows) => {
  const archive = new MemoryAnalytics();
  await archive.provision(tables);
  await archive.send(rows);
  return { data: memoryTrainingData(archive), close: () => archive.close() };
});
