/** What may be set apart in a drawing on a terminal. */
export type DrawingStyle = 'bold' | 'dim' | 'red' | 'green' | 'cyan' | 'magenta';
export type DrawingPaint = (style: DrawingStyle, text: string) => string;

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style?: DrawingStyle | undefined;
}

/** ASCII and the lines of boxes: a cell each. */
const NARROW_ONLY = /^[\x20-\x7e\xa0\u2500-\u257f]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** East Asian wide and fullwidth blocks, and emoji: two cells each. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

/** What each cell of a terminal holds: behind a wide character an empty one. */
export function cellsOf(text: string): string[] {
  if (NARROW_ONLY.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment).flatMap((character) =>
    WIDE.test(character) ? [character, ''] : [character],
  );
}

/** A line of a terminal, written to anywhere; what is written later is on top. */
export class TextRow {
  readonly #cells: { text: string; style: DrawingStyle | undefined }[];

  constructor(width: number) {
    this.#cells = Array.from({ length: width }, () => ({ text: ' ', style: undefined }));
  }

  /** What is beyond either end of the line is left out. */
  put(column: number, text: string, style?: DrawingStyle): this {
    for (const [index, cell] of cellsOf(text).entries()) {
      const there = column + index;
      if (there >= 0 && there < this.#cells.length) this.#cells[there] = { text: cell, style };
    }
    return this;
  }

  spans(column: number, spans: readonly Span[]): this {
    let at = column;
    for (const { text, style } of spans) {
      this.put(at, text, style);
      at += cellsOf(text).length;
    }
    return this;
  }

  toString(paint: DrawingPaint): string {
    let line = '';
    const blanks = this.#cells.findLastIndex(({ text }) => text !== ' ') + 1;
    for (let from = 0; from < blanks;) {
      const style = this.#cells[from]?.style;
      let to = from;
      let run = '';
      for (; to < blanks && this.#cells[to]?.style === style; to += 1) run += this.#cells[to]?.text ?? '';
      line += style === undefined ? run : paint(style, run);
      from = to;
    }
    return line;
  }
}

/** Lines of whole words as far as they fit; what is longer than a line is cut into pieces. */
export function wrap(spans: readonly Span[], width: number): Span[][] {
  const lines: Span[][] = [[]];
  let used = 0;
  for (const { text, style } of spans.flatMap(wordsOf)) {
    for (const piece of piecesOf(text, width)) {
      const length = cellsOf(piece).length;
      const gap = used > 0 ? 1 : 0;
      if (used + gap + length > width) {
        lines.push([]);
        used = 0;
      } else if (gap > 0) lines.at(-1)?.push({ text: ' ', style });
      lines.at(-1)?.push({ text: piece, style });
      used += (used > 0 ? 1 : 0) + length;
    }
  }
  return lines;
}

function wordsOf({ text, style }: Span): Span[] {
  return text.split(' ').flatMap((word) => (word === '' ? [] : [{ text: word, style }]));
}

function piecesOf(word: string, width: number): string[] {
  const cells = cellsOf(word);
  const pieces: string[] = [];
  for (let from = 0; from < cells.length;) {
    // A wide character is not cut in two.
    const to = cells[from + width] === '' && width > 1 ? from + width - 1 : from + width;
    pieces.push(cells.slice(from, to).join(''));
    from = to;
  }
  return pieces;
}

export const widthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { text }) => sum + cellsOf(text).length, 0);
