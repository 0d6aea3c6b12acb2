import { ASCII, type Characters, UNICODE } from './characters.js';
import { type Span, TextRow, wrap } from './text-row.js';
import { toAscii, visible } from './visible.js';

/** What a drawing on a terminal is drawn with: so many cells a line, and these characters. */
export class Pen {
  readonly width: number;
  readonly characters: Characters;
  /** A text as it may stand in the drawing. */
  readonly text: (text: string) => string;

  constructor(width: number, characters: 'unicode' | 'ascii') {
    this.width = width;
    this.characters = characters === 'ascii' ? ASCII : UNICODE;
    this.text = characters === 'ascii' ? toAscii : visible;
  }

  row(): TextRow {
    return new TextRow(this.width);
  }

  /** Whole words a line, each line begun at a column and ended before another. */
  wrapped(spans: readonly Span[], from: number, to = this.width): TextRow[] {
    return this.wrap(spans, to - from).map((line) => this.row().spans(from, line));
  }

  wrap(spans: readonly Span[], width: number): Span[][] {
    return wrap(
      spans.map(({ text, style }) => ({ text: this.text(text), style })),
      width,
    );
  }
}
