/** Asks before something is destroyed. */
import { createInterface } from 'node:readline/promises';

/** True after an explicit yes. Where no person can answer, the answer is no. */
export async function askTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
