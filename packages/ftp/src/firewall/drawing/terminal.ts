import type { Timeline } from '../rules/index.js';
import { CONNECTION_NAMES, conclusionParts, fateOf, rungsOf, verdictOf } from './ladder.js';
import { Pen } from './pen.js';
import { TerminalLadder } from './terminal-ladder.js';
import { CONNECTION_STYLES } from './terminal-spans.js';
import { TerminalList } from './terminal-list.js';
import type { DrawingPaint, TextRow } from './text-row.js';

export interface TerminalOptions {
  /** Cells of a line: 40 at least, more than 132 are not used. */
  readonly width: number;
  readonly characters: 'unicode' | 'ascii';
  /** Default: no colours. */
  readonly paint?: DrawingPaint;
}

const FATE_STYLES = { works: 'green', fails: 'red', unknown: 'bold' } as const;

const MIN_WIDTH = 40;
const MAX_WIDTH = 132;
/** Of the words before what follows the picture. */
const LABEL = 7;

/** Timelines for a terminal. Where the places on the way have no room beside each other, they are told of below each step. */
export function drawTerminal(timelines: readonly Timeline[], options: TerminalOptions): string {
  const pen = new Pen(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, options.width)), options.characters);
  const paint: DrawingPaint = options.paint ?? ((_style, text) => text);
  const drawings = timelines.map((timeline) => rowsOf(timeline, pen).map((row) => `${row.toString(paint)}\n`));
  return drawings.map((lines) => lines.join('')).join('\n\n');
}

function rowsOf(timeline: Timeline, pen: Pen): TextRow[] {
  const ladder = new TerminalLadder(timeline, pen);
  const picture = ladder.fits ? ladder : new TerminalList(timeline, pen);
  return [
    ...headRows(timeline, pen),
    pen.row(),
    ...picture.rows(rungsOf(timeline)),
    pen.row(),
    ...legendRows(pen),
    pen.row(),
    ...conclusionRows(timeline, pen),
  ];
}

function headRows({ title, tls, conclusion }: Timeline, pen: Pen): TextRow[] {
  return pen.wrapped(
    [
      { text: title, style: 'bold' },
      { text: `- commands ${tls ? 'encrypted' : 'in clear'} -` },
      { text: verdictOf(conclusion), style: FATE_STYLES[fateOf(conclusion)] },
    ],
    0,
  );
}

function legendRows(pen: Pen): TextRow[] {
  const { lines, marks } = pen.characters;
  const connections = (['control', 'data'] as const).map((name) => ({
    text: `${lines[name].across.repeat(3)} ${CONNECTION_NAMES[name]} connection,`,
    style: CONNECTION_STYLES[name],
  }));
  const verdicts = `${marks.passed} let through, ${marks.rewritten} changed, ${marks.stopped} stopped`;
  return pen.wrapped([...connections, { text: verdicts, style: 'dim' }], 0);
}

function conclusionRows({ conclusion }: Timeline, pen: Pen): TextRow[] {
  return conclusionParts(conclusion).flatMap(([heading, lines]) =>
    lines.flatMap((text, index) => {
      const rows = pen.wrapped([{ text }], LABEL);
      if (index === 0) rows[0]?.put(0, heading, 'bold');
      return rows;
    }),
  );
}
