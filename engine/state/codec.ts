/** State as bytes: MessagePack of [version, value]. */
import { Packr } from 'msgpackr';
import { z } from 'zod';
import { EngineError } from '../errors.ts';
import type { StoredState } from '../ledger.ts';
import type { StateSpec } from '../../topology/processor.ts';

/** MessagePack as all books and states are packed. */
export const packr = new Packr({ useRecords: false, moreTypes: true, copyBuffers: true });

const back =
  'run the newer code, or go back: stop all of it, and make the state again with this code (flywheel rebuild GROUP --replace)';

const stored = z.tuple([z.number(), z.unknown()]);

export interface StateCodec {
  /** The value as it is packed: a store that packs by itself needs no bytes in between. */
  stored(value: unknown): StoredState;
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

function unpacked(group: string, bytes: Uint8Array): StoredState {
  try {
    return stored.parse(packr.unpack(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EngineError(
      'store.corrupt',
      `a state of group ${group} cannot be read (${why})`,
      'reset the group to make it again from the log, or restore a copy of the data folder',
    );
  }
}

/**
 * Codec of one kind of state. An older version is brought up to date by `upcast`; without one, or when the stored
 * version is newer than the code, reading throws an error that says which side must move.
 */
export function stateCodec(group: string, spec: StateSpec<unknown>): StateCodec {
  return {
    stored: (value) => [spec.version, value],
    encode: (value) => packr.pack([spec.version, value]),
    decode(bytes) {
      const [version, value] = unpacked(group, bytes);
      if (version === spec.version) return value;
      const found = `state of group ${group} was stored under version ${version}, this code reads ${spec.version}`;
      if (version > spec.version) throw new EngineError('state.too_new', found, back);
      if (spec.upcast === undefined)
        throw new EngineError('state.too_old', found, 'add an upcast to its state, or reset the group');
      try {
        return spec.upcast(value, version);
      } catch (error) {
        throw new EngineError(
          'state.too_old',
          `${found}, and its upcast failed: ${String(error)}`,
          'repair the upcast',
        );
      }
    },
  };
}

/** Books of the engine (heads, outbox entries, journal lines), same encoding without a version. */
export const pack = (value: unknown): Uint8Array => packr.pack(value);
export const unpack = (bytes: Uint8Array): unknown => packr.unpack(bytes);
