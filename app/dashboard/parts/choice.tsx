/** One of a few: buttons side by side, the chosen one pressed. */
import type { ReactElement } from 'react';

interface Props<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly words: string; readonly title?: string }[];
  /** Null where none of the options is in force. */
  readonly chosen: T | null;
  readonly onChoose: (value: T) => void;
  readonly disabled?: boolean;
}

export function Choice<T extends string>({
  label,
  options,
  chosen,
  onChoose,
  disabled = false,
}: Props<T>): ReactElement {
  return (
    <div className="choice" role="group" aria-label={label}>
      {options.map(({ value, words, title }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          title={title}
          disabled={disabled}
          onClick={() => onChoose(value)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}
