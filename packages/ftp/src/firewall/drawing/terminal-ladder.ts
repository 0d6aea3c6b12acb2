import type { Step, Timeline } from '../rules/index.js';
import { type Arrow, CONNECTION_NAMES, type Note, type Rung, endsOf, portText } from './ladder.js';
import type { Pen } from './pen.js';
import { NOTE_STYLES, CONNECTION_STYLES, stepSpans } from './terminal-spans.js';
import { type TextRow, cellsOf } from './text-row.js';

/** `│ COMMAND 41960 │` */
const BOX = 17;
/** Between two places: what is said of one needs some room. */
const MIN_GAP = 14;
/** Beside a text, so that the lines of places keep away. */
const BLANK = { text: ' ' };

/** Both ends as boxes with their ports, the places on the way between them, time running down. */
export class TerminalLadder {
  readonly #timeline: Timeline;
  readonly #pen: Pen;
  readonly #gap: number;
  /** Columns of the places on the way. */
  readonly #columns: readonly number[];

  constructor(timeline: Timeline, pen: Pen) {
    this.#timeline = timeline;
    this.#pen = pen;
    const between = timeline.places.slice(1, -1);
    this.#gap = Math.floor((this.#right - BOX) / (between.length + 1));
    this.#columns = between.map((_, index) => BOX + this.#gap * (index + 1));
  }

  get fits(): boolean {
    return this.#gap >= MIN_GAP && this.#right - BOX >= 2 * MIN_GAP;
  }

  rows(rungs: readonly Rung[]): TextRow[] {
    const drawn = rungs.map((rung) => this.#rung(rung));
    const spaced = drawn.flatMap((rows, index) => (index === 0 ? rows : [this.#row(), ...rows]));
    return [...this.#headings(), this.#edge(0), ...spaced, this.#edge(2)];
  }

  /** Where the server's box begins. */
  get #right(): number {
    return this.#pen.width - BOX;
  }

  /** Names and addresses, above what they belong to. */
  #headings(): TextRow[] {
    const last = this.#timeline.places.length - 1;
    const blocks = this.#timeline.places.map(({ name, addresses }, index) => {
      const width = index === 0 || index === last ? BOX : this.#gap - 1;
      const lines = [
        ...this.#pen.wrap([{ text: name, style: 'bold' }], width),
        ...addresses.flatMap((text) => this.#pen.wrap([{ text }], width)),
      ];
      return lines.map((spans) => ({ spans, text: spans.map(({ text }) => text).join('') }));
    });
    const height = Math.max(...blocks.map((lines) => lines.length));
    return Array.from({ length: height }, (_, level) => {
      const row = this.#pen.row();
      for (const [index, lines] of blocks.entries()) {
        const line = lines[level - height + lines.length];
        if (line) row.spans(this.#headingColumn(index, cellsOf(line.text).length), line.spans);
      }
      return row;
    });
  }

  #headingColumn(place: number, length: number): number {
    if (place === 0) return 1;
    const column = this.#columns[place - 1];
    return column === undefined ? this.#pen.width - 1 - length : column - Math.floor(length / 2);
  }

  #edge(corner: 0 | 2): TextRow {
    const { across, corners } = this.#pen.characters.box;
    const edge = `${corners[corner]}${across.repeat(BOX - 2)}${corners[corner + 1] ?? ''}`;
    return this.#places(this.#pen.row().put(0, edge).put(this.#right, edge));
  }

  #row(): TextRow {
    const { side } = this.#pen.characters.box;
    const row = this.#places(this.#pen.row());
    for (const left of [0, this.#right]) row.put(left, side).put(left + BOX - 1, side);
    return row;
  }

  #places(row: TextRow): TextRow {
    for (const column of this.#columns) row.put(column, this.#pen.characters.place, 'dim');
    return row;
  }

  #rung(rung: Rung): TextRow[] {
    const words = this.#pen.wrap(stepSpans(rung), this.#right - BOX - 2);
    return [
      ...words.map((line) => this.#row().spans(BOX + 1, [...line, BLANK])),
      ...rung.arrows.map((arrow) => this.#arrow(rung.step, arrow)),
      ...rung.notes.flatMap((note) => this.#note(note)),
    ];
  }

  #arrow(step: Step, { from, to, end }: Arrow): TextRow {
    const { lines, heads } = this.#pen.characters;
    const { across, crossing, leaves } = lines[step.connection];
    const style = CONNECTION_STYLES[step.connection];
    const row = this.#row();
    this.#ports(row, step);
    const rightwards = to > from;
    const [start, stop] = [this.#column(from), this.#column(to)];
    const [first, last] = rightwards ? [start, stop] : [stop, start];
    row.put(first, across.repeat(last - first + 1), style);
    for (const column of this.#columns) if (column > first && column < last) row.put(column, crossing, style);
    row.put(start, rightwards ? leaves.right : leaves.left, style);
    if (end === 'arrived') row.put(stop + (rightwards ? -1 : 1), rightwards ? heads.right : heads.left, style);
    else row.put(stop, heads[end], 'red');
    if (end === 'arrived') row.put(stop, rightwards ? leaves.left : leaves.right, style);
    return row;
  }

  /** The edge of a box, or the line of a place. */
  #column(place: number): number {
    if (place === 0) return BOX - 1;
    return this.#columns[place - 1] ?? this.#right;
  }

  #ports(row: TextRow, step: Step): void {
    const { client, server } = endsOf(step);
    const name = CONNECTION_NAMES[step.connection];
    const style = CONNECTION_STYLES[step.connection];
    row.put(2, name, style).put(BOX - 2 - portText(client).length, portText(client), style);
    row.put(this.#right + 2, portText(server), style).put(this.#pen.width - 2 - name.length, name, style);
  }

  /** At its place: to the right of one on the left, to the left of one on the right. */
  #note({ place, kind, text }: Note): TextRow[] {
    const { corners, marks } = this.#pen.characters;
    const column = this.#column(place);
    const style = NOTE_STYLES[kind];
    const onRight = column > this.#pen.width / 2;
    const room = onRight ? column - BOX - 2 : this.#right - column - 3;
    const lines = this.#pen.wrap([{ text: `${marks[kind]} ${text}`, style }], room);
    return lines.map((line, index) => {
      const length = line.reduce((sum, span) => sum + cellsOf(span.text).length, 0);
      const row = this.#row().spans((onRight ? column - 1 - length : column + 2) - 1, [BLANK, ...line, BLANK]);
      return index === 0 ? row.put(column, onRight ? corners.left : corners.right, style) : row;
    });
  }
}
