/** How far a replay is, as it commits with the hours it appended. */
import { z } from 'zod';

export interface ReplayPosition {
  /** Hours appended. */
  readonly hours: number;
  /** Events appended. */
  readonly events: number;
  /** What is replayed: fingerprint of the file and the seed. */
  readonly of: string;
}

const shape = z.object({ hours: z.int().min(0), events: z.int().min(0), of: z.string() });

export const printPosition = ({ hours, events, of }: ReplayPosition): string => JSON.stringify({ hours, events, of });

/** The position that was printed. Throws where the text is none: the folder was written by other code. */
export const parsePosition = (text: string): ReplayPosition => shape.parse(JSON.parse(text));
