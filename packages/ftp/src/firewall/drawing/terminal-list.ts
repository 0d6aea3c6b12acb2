import type { Step, Timeline } from '../rules/index.js';
import { type Arrow, CONNECTION_NAMES, type Rung, endsOf, portText } from './ladder.js';
import type { Pen } from './pen.js';
import { CONNECTION_STYLES, NOTE_STYLES, stepSpans } from './terminal-spans.js';
import type { TextRow } from './text-row.js';

const GAP = 4;
/** Below the number of a step. */
const INDENT = 3;

/** For narrow terminals: both ends as boxes with all of their ports, and below them a step after the other. */
export class TerminalList {
  readonly #timeline: Timeline;
  readonly #pen: Pen;
  readonly #box: number;

  constructor(timeline: Timeline, pen: Pen) {
    this.#timeline = timeline;
    this.#pen = pen;
    this.#box = Math.floor((pen.width - GAP) / 2);
  }

  rows(rungs: readonly Rung[]): TextRow[] {
    return [...this.#boxes(), ...rungs.flatMap((rung) => [this.#pen.row(), ...this.#rung(rung)])];
  }

  #boxes(): TextRow[] {
    const { places, steps } = this.#timeline;
    const ends = [places[0], places.at(-1)].map((place, index) => [
      ...[place?.name ?? '', ...(place?.addresses ?? [])].flatMap((text) => this.#lines(text)),
      ...portsOf(steps, index === 0 ? 'client' : 'server').flatMap((text) => this.#lines(text)),
    ]);
    const height = Math.max(...ends.map((lines) => lines.length));
    const rows = Array.from({ length: height }, () => this.#sides());
    for (const [index, lines] of ends.entries()) {
      for (const [level, text] of lines.entries()) rows[level]?.put(this.#left(index) + 2, text);
    }
    return [this.#edge(0), ...rows, this.#edge(2)];
  }

  #lines(text: string): string[] {
    return this.#pen.wrap([{ text }], this.#box - 4).map((line) => line.map((span) => span.text).join(''));
  }

  #left(end: number): number {
    return end * (this.#pen.width - this.#box);
  }

  #sides(): TextRow {
    const { side } = this.#pen.characters.box;
    const row = this.#pen.row();
    for (const left of [this.#left(0), this.#left(1)]) row.put(left, side).put(left + this.#box - 1, side);
    return row;
  }

  #edge(corner: 0 | 2): TextRow {
    const { across, corners } = this.#pen.characters.box;
    const edge = `${corners[corner]}${across.repeat(this.#box - 2)}${corners[corner + 1] ?? ''}`;
    return this.#pen.row().put(0, edge).put(this.#left(1), edge);
  }

  #rung(rung: Rung): TextRow[] {
    const { marks } = this.#pen.characters;
    return [
      ...this.#pen.wrapped(stepSpans(rung), 0),
      ...rung.arrows.map((arrow) => this.#arrow(rung.step, arrow)),
      ...rung.notes.flatMap(({ place, kind, text }) =>
        this.#pen.wrapped(
          [{ text: `${marks[kind]} ${this.#timeline.places[place]?.name ?? ''}: ${text}`, style: NOTE_STYLES[kind] }],
          INDENT,
        ),
      ),
    ];
  }

  #arrow(step: Step, { from, to, end }: Arrow): TextRow {
    const { heads, lines } = this.#pen.characters;
    const [line, gap] = [lines[step.connection].across.repeat(3), end === 'stopped' ? ' ' : ''];
    const { client, server } = endsOf(step);
    const head = end === 'arrived' ? (from < to ? heads.right : heads.left) : heads[end];
    const arrow = from < to ? `${line}${head}${gap}` : `${gap}${head}${line}`;
    const style = CONNECTION_STYLES[step.connection];
    return this.#pen.row().put(INDENT, `client ${portText(client)} ${arrow} server ${portText(server)}`, style);
  }
}

/** Each port once, with the connection it is for. */
function portsOf(steps: readonly Step[], side: 'client' | 'server'): string[] {
  return [...new Set(steps.map((step) => `${portText(endsOf(step)[side])} ${CONNECTION_NAMES[step.connection]}`))];
}
