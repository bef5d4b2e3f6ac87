/** A titled part of a view. */
import { useId, type ReactElement, type ReactNode } from 'react';

interface Props {
  readonly title: string;
  /** What the part shows, where its title leaves that open. */
  readonly about?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

export function Panel({ title, about, aside, children, className = '' }: Props): ReactElement {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <div>
          <h2 id={id}>{title}</h2>
          {about !== undefined && <p className="about">{about}</p>}
        </div>
        {aside}
      </header>
      {children}
    </section>
  );
}
