import type { Step, Timeline } from '../rules/index.js';
import { type Arrow, CONNECTION_NAMES, type Note, type Rung, endsOf, portText, rungsOf } from './ladder.js';
import { type Anchor, type SvgPage, type TextStyle, lineHeight, linesOf } from './svg-page.js';

const NARROW = 600;
const MARKS = { passed: '✓', rewritten: '⇄', stopped: '✗', remark: '·' } as const;
const NOTE_COLOURS = { passed: 'dim', rewritten: 'ink', stopped: 'stopped', remark: 'dim' } as const;
/** Length of an arrow's head. */
const HEAD = 10;
const GAP = 8;
/** Width of a step's number, and the space behind it. */
const BADGE = 30;
/** Between two places: enough for what is said of one of them. */
const ROOM = 170;
/** Between two places: too little for a name in letters of the usual size. */
const CRAMPED = 60;

/** Both ends as boxes with their ports, the places on the way between them, time running down. */
export class SvgLadder {
  readonly #timeline: Timeline;
  readonly #page: SvgPage;
  readonly #size: number;
  readonly #box: number;
  /** Of each place: its line; of the ends the edge of their box. */
  readonly #columns: readonly number[];

  constructor(timeline: Timeline, page: SvgPage) {
    this.#timeline = timeline;
    this.#page = page;
    const narrow = page.width < NARROW;
    this.#size = narrow ? 12 : 14;
    this.#box = narrow ? 62 : 104;
    const last = timeline.places.length - 1;
    this.#columns = timeline.places.map((_, index) => this.#box + ((page.width - 2 * this.#box) * index) / last);
  }

  draw(): void {
    this.#headings();
    const top = this.#page.y;
    for (const rung of rungsOf(this.#timeline)) this.#rung(rung);
    this.#page.y += 2 * GAP;
    for (const x of this.#columns.slice(1, -1)) {
      const dashed = { stroke: 'var(--edge)', 'stroke-dasharray': '3 4' };
      this.#page.addBehind('line', { x1: x, x2: x, y1: top, y2: this.#page.y, ...dashed });
    }
    for (const x of [0, this.#page.width - this.#box]) {
      const area = { x: x + 1, y: top, width: this.#box - 2, height: this.#page.y - top, rx: 6 };
      this.#page.addBehind('rect', { ...area, fill: 'var(--box)', stroke: 'var(--edge)', 'stroke-width': 1.5 });
    }
  }

  #style(colour: string, font: TextStyle['font'] = 'words', scale = 1): TextStyle {
    return { font, size: this.#size * scale, colour };
  }

  /** Names and addresses, above what they belong to. */
  #headings(): void {
    const { places } = this.#timeline;
    const gap = (this.#columns[1] ?? 0) - this.#box;
    const small = gap < CRAMPED ? 0.8 : 1;
    const name = { ...this.#style('ink', 'words', 0.85 * small), bold: true };
    const address = this.#style('dim', 'wire', 0.8 * small);
    const blocks = places.map((place, index) => {
      const atEnd = index === 0 || index === places.length - 1;
      const room = (atEnd ? this.#box + gap / 2 : gap) - 3;
      return [
        ...linesOf(place.name, room, name).map((text) => ({ text, style: name })),
        ...place.addresses.flatMap((text) => linesOf(text, room, address)).map((text) => ({ text, style: address })),
      ];
    });
    const height = Math.max(...blocks.map((lines) => lines.length)) * lineHeight(name);
    for (const [index, lines] of blocks.entries()) {
      const [x, anchor] = this.#headingAt(index);
      for (const [level, { text, style }] of lines.entries()) {
        const up = (lines.length - 1 - level) * lineHeight(name);
        this.#page.line(x, this.#page.y + height - up - 4, text, style, anchor);
      }
    }
    this.#page.y += height + 4;
  }

  #headingAt(place: number): readonly [x: number, anchor: Anchor] {
    if (place === 0) return [2, 'start'];
    if (place === this.#columns.length - 1) return [this.#page.width - 2, 'end'];
    return [this.#columns[place] ?? 0, 'middle'];
  }

  #rung(rung: Rung): void {
    const { step } = rung;
    const left = this.#box + GAP;
    const room = this.#page.width - 2 * left;
    this.#page.y += GAP;
    this.#number(step, left);
    const wire = { ...this.#style(step.connection, 'wire'), bold: true };
    this.#page.paragraph(left + BADGE, room - BADGE, step.text, wire);
    const words = `${step.words} ${rung.clock}`;
    this.#page.paragraph(left, room, words, this.#style('ink', 'words', 0.95));
    for (const arrow of rung.arrows) this.#arrow(step, arrow);
    this.#notes(rung.notes);
  }

  #number({ number, connection }: Step, left: number): void {
    const style = { ...this.#style('ground', 'words', 0.85), bold: true };
    const y = this.#page.y + this.#size * 0.75;
    const radius = this.#size * 0.65;
    this.#page.add('rect', {
      x: left,
      y: y - radius,
      width: BADGE - 6,
      height: 2 * radius,
      rx: radius,
      fill: `var(--${connection})`,
    });
    this.#page.line(left + (BADGE - 6) / 2, y + this.#size * 0.3, String(number), style, 'middle');
  }

  #arrow(step: Step, { from, to, end }: Arrow): void {
    this.#page.y += GAP + HEAD;
    const y = this.#page.y;
    const [start, stop] = [this.#columns[from] ?? 0, this.#columns[to] ?? 0];
    const sign = stop > start ? 1 : -1;
    const tip = end === 'arrived' ? stop - sign * HEAD : stop - sign * GAP;
    this.#shaft(step.connection, start, tip, y);
    for (const [place, x] of this.#columns.entries()) {
      const crossed = place > Math.min(from, to) && place < Math.max(from, to);
      if (crossed)
        this.#page.add('circle', {
          cx: x,
          cy: y,
          r: 4.5,
          fill: 'var(--ground)',
          stroke: `var(--${step.connection})`,
          'stroke-width': 2,
        });
    }
    if (end === 'arrived') this.#head(step.connection, stop, sign, y);
    else
      this.#page.line(
        stop,
        y + 7,
        end === 'lost' ? '?' : '✗',
        { ...this.#style('stopped', 'words', 1.4), bold: true },
        'middle',
      );
    this.#ports(step, y);
    this.#page.y += HEAD;
  }

  /** Of the command connection two thin lines, of the data connection a thick one. */
  #shaft(connection: Step['connection'], x1: number, x2: number, y: number): void {
    const offsets = connection === 'control' ? [-2.5, 2.5] : [0];
    const stroke = { stroke: `var(--${connection})`, 'stroke-width': connection === 'control' ? 1.6 : 4 };
    for (const offset of offsets) this.#page.add('line', { x1, x2, y1: y + offset, y2: y + offset, ...stroke });
  }

  #head(connection: Step['connection'], x: number, sign: number, y: number): void {
    const back = x - sign * HEAD * 1.3;
    this.#page.add('polygon', { points: `${x},${y} ${back},${y - 7} ${back},${y + 7}`, fill: `var(--${connection})` });
  }

  /** In both boxes, beside the arrow. */
  #ports(step: Step, y: number): void {
    const { client, server } = endsOf(step);
    const port = { ...this.#style('ink', 'wire'), bold: true };
    const name = this.#style(step.connection, 'words', 0.75);
    const sides = [
      [this.#box - 6, portText(client), 'end'],
      [this.#page.width - this.#box + 6, portText(server), 'start'],
    ] as const;
    for (const [x, text, anchor] of sides) {
      this.#page.line(x, y + 1, text, port, anchor);
      this.#page.line(x, y + 1 + this.#size * 0.85, CONNECTION_NAMES[step.connection], { ...name, bold: true }, anchor);
    }
  }

  /** Beside each other where there is room, each to the right of its place. */
  #notes(notes: readonly Note[]): void {
    const top = this.#page.y;
    let bottom = top;
    const beside = (this.#columns[1] ?? 0) - this.#box >= ROOM;
    for (const [index, note] of notes.entries()) {
      if (beside && note.place !== notes[index - 1]?.place) this.#page.y = top;
      this.#note(note, beside);
      bottom = Math.max(bottom, this.#page.y);
    }
    this.#page.y = bottom;
  }

  /** To the right of its place, or to the left where that has more room. */
  #note({ place, kind, text }: Note, beside: boolean): void {
    const x = this.#columns[place] ?? 0;
    const last = place === this.#columns.length - 1;
    const toLeft = last || (!beside && x > this.#page.width / 2);
    const end = toLeft ? this.#box : beside ? (this.#columns[place + 1] ?? 0) : this.#page.width - this.#box;
    const style = { ...this.#style(NOTE_COLOURS[kind], 'words', 0.9), bold: kind === 'stopped' };
    const sign = toLeft ? -1 : 1;
    const y = this.#page.y + lineHeight(style) * 0.6;
    this.#page.add('line', { x1: x, x2: x + sign * GAP, y1: y, y2: y, stroke: 'var(--edge)', 'stroke-width': 1.5 });
    const room = Math.abs(end - x) - 2 * GAP - 2;
    this.#page.paragraph(x + sign * (GAP + 2), room, `${MARKS[kind]} ${text}`, style, toLeft ? 'end' : 'start');
  }
}
