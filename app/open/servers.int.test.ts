/** The embedded engine with its rows in a ClickHouse server and its vectors in a Qdrant. */
import { describe, it } from 'vitest';
import { arrivesOnce } from '../../testing/on-servers/story.ts';

describe('the program on a ClickHouse and a Qdrant', { timeout: 1_200_000 }, () => {
  it('starts while both are away, and brings each row and point there once though they are killed meanwhile', () =>
    arrivesOnce({ FLYWHEEL_ENGINE: 'embedded' }, { events: 500, winners: 3 }));
});
