/** Values of one kind as a table; what all share is said once above it. */
import type { ReactElement, ReactNode } from 'react';
import { figure } from '../format/figure.ts';
import { fieldWords, gridOf, type Value } from '../format/records.ts';
import { zoneName } from '../format/time.ts';
import { Moment } from './moment.tsx';
import { Table } from './table.tsx';
import { useFirst } from './use-first.tsx';

interface Props {
  readonly label: string;
  readonly values: readonly Value[];
  readonly left_out?: ReadonlySet<string>;
  /** What the rows are, where there are rows of several kinds. */
  readonly called?: string;
  /** Rows shown before someone asks for all. */
  readonly at_first?: number;
  /** A first column of the caller's, by row. */
  readonly lead?: { readonly head: string; readonly cell: (row: number) => ReactNode };
}

/** A column says its unit once, in its head. */
function headOf(name: string): string {
  if (name.endsWith('_minor')) return `${fieldWords(name)}, minor units`;
  return name.endsWith('_ms') ? `${fieldWords(name)} (${zoneName(Date.now())})` : fieldWords(name);
}

const nothing: ReadonlySet<string> = new Set();

export function Grid({ label, values, left_out = nothing, at_first = 10, called, lead }: Props): ReactElement {
  const { columns, shared } = gridOf(values, left_out);
  const { shown, more } = useFirst(values, at_first, called);
  return (
    <>
      <Shared fields={shared} />
      <Table
        label={label}
        columns={[
          ...(lead === undefined ? [] : [{ head: lead.head }]),
          ...columns.map(({ name, numeric }) => ({ head: headOf(name), numeric, title: name })),
        ]}
        className="grid"
      >
        {shown.map((value, row) => (
          <tr key={row}>
            {lead !== undefined && <td className="when">{lead.cell(row)}</td>}
            {columns.map(({ name, numeric }) => (
              <td key={name} className={numeric ? 'num' : ''}>
                <Figure name={name.replace(/_minor$/, '')} value={value[name]} />
              </td>
            ))}
          </tr>
        ))}
      </Table>
      {more}
    </>
  );
}

/** What all rows have in common. */
function Shared({ fields }: { readonly fields: ReturnType<typeof gridOf>['shared'] }): ReactElement | null {
  if (fields.length === 0) return null;
  return (
    <p className="shared">
      <span className="quiet">In all:</span>
      {fields.map(({ name, value }) => (
        <span key={name}>
          <span className="quiet">{fieldWords(name)}</span> <Figure name={name} value={value} />
        </span>
      ))}
    </p>
  );
}

/** A field's value: a time as such, all else in the unit its name carries. */
export function Figure({ name, value }: { readonly name: string; readonly value: unknown }): ReactElement {
  if (typeof value === 'number' && name.endsWith('_ms') && value > 1e11) return <Moment at_ms={value} zone={false} />;
  if (typeof value === 'number' || typeof value === 'string') return <>{figure(name, value)}</>;
  return <span className="quiet">–</span>;
}
