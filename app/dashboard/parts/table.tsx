/** Tables that scroll within themselves on a narrow screen, so that the page never does. */
import type { ReactElement, ReactNode } from 'react';

export interface Column {
  readonly head: ReactNode;
  readonly numeric?: boolean;
  /** Explains the column under the pointer. */
  readonly title?: string;
  readonly className?: string;
}

interface Props {
  readonly label: string;
  readonly columns: readonly Column[];
  readonly children: ReactNode;
  readonly className?: string;
}

export function Table({ label, columns, children, className = '' }: Props): ReactElement {
  return (
    <div className="table-scroll" role="region" aria-label={label} tabIndex={0}>
      <table className={className}>
        <thead>
          <tr>
            {columns.map(({ head, numeric, title, className: own = '' }, i) => (
              <th key={i} scope="col" className={`${numeric === true ? 'num' : ''} ${own}`} title={title}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
