/** A command as it is typed: on one line of its own, which scrolls where it is longer than the screen, with a way to copy it. */
import { useState, type ReactElement } from 'react';

export function Command({ line }: { readonly line: string }): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(line).then(
      () => setCopied(true),
      // Without leave to write the clipboard the line can still be selected.
      () => setCopied(false),
    );
  };
  return (
    <span className="command">
      <code tabIndex={0}>{line}</code>
      <button type="button" onClick={copy} aria-label={`Copy ${line}`}>
        <span role="status">{copied ? 'Copied' : 'Copy'}</span>
      </button>
    </span>
  );
}
