import type { Note, Rung } from './ladder.js';
import type { DrawingStyle, Span } from './text-row.js';

export const CONNECTION_STYLES: Readonly<Record<'control' | 'data', DrawingStyle>> = {
  control: 'cyan',
  data: 'magenta',
};

export const NOTE_STYLES: Readonly<Record<Note['kind'], DrawingStyle>> = {
  passed: 'dim',
  rewritten: 'bold',
  stopped: 'red',
  remark: 'dim',
};

/** Its number, what is on the wire, what that means. */
export function stepSpans({ step: { number, connection, text, words }, clock }: Rung): Span[] {
  return [
    { text: `${number} ${text}:`, style: CONNECTION_STYLES[connection] },
    { text: words },
    { text: clock, style: 'dim' },
  ];
}
