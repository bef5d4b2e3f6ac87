/** A value's bytes in hexadecimal; magic byte and schema id stand apart from the body. */
import type { ReactElement } from 'react';
import type { DeadLetterDetail } from '../../operations/operations.ts';
import { fromBase64, hexRows, type HexRow } from '../format/hex.ts';
import { count } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';

const most = 1_024;

export function Bytes({ letter }: { readonly letter: DeadLetterDetail }): ReactElement {
  const bytes = fromBase64(letter.value_base64 ?? '');
  if (bytes.length === 0) return <Empty title="No bytes">The record has no value: a tombstone.</Empty>;
  return (
    <div className="bytes">
      <Frame letter={letter} body={bytes.length - 5} />
      <div className="hex" role="region" aria-label="Bytes in hexadecimal" tabIndex={0}>
        {hexRows(bytes, most).map((row) => (
          <Row key={row.offset} row={row} />
        ))}
      </div>
      {bytes.length > most && <p className="quiet">The first {count(most)} bytes.</p>}
    </div>
  );
}

function schemaWords({ magic_byte, schema_id, schema_name }: DeadLetterDetail): string {
  if (schema_id === null) return 'too few bytes';
  return magic_byte === 0 ? (schema_name ?? 'not known here') : 'means nothing without the magic byte';
}

function Frame({ letter, body }: { readonly letter: DeadLetterDetail; readonly body: number }): ReactElement {
  const { magic_byte: magic, schema_id } = letter;
  const hex = magic === null ? 'none' : `0x${magic.toString(16).padStart(2, '0')}`;
  return (
    <dl className="frame">
      <div className="part-magic">
        <dt>Magic byte</dt>
        <dd>
          {hex} <span className="quiet">{magic === 0 ? 'as it should be' : 'should be 0x00'}</span>
        </dd>
      </div>
      <div className="part-schema">
        <dt>Schema id</dt>
        <dd>
          {schema_id === null ? 'none' : schema_id} <span className="quiet">{schemaWords(letter)}</span>
        </dd>
      </div>
      <div className="part-body">
        <dt>Body</dt>
        <dd>
          {count(Math.max(0, body))} <span className="quiet">bytes</span>
        </dd>
      </div>
    </dl>
  );
}

function Row({ row: { offset, bytes } }: { readonly row: HexRow }): ReactElement {
  return (
    <div className="hex-row">
      <span className="hex-offset">{offset}</span>
      <span className="hex-bytes">
        {bytes.map(({ hex, part }, i) => (
          <span key={i} className={`part-${part}`}>
            {hex}
          </span>
        ))}
      </span>
      <span className="hex-chars" aria-hidden="true">
        {bytes.map(({ char, part }, i) => (
          <span key={i} className={`part-${part}`}>
            {char}
          </span>
        ))}
      </span>
    </div>
  );
}
