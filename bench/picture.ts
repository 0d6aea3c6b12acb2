import { type Report, type Section, aboutRun } from './report.js';
import type { Result } from './row.js';

const WIDTH = 900;
const LABELS = 420;
const LINE = 22;
/** Bars end here: what is 20 times better is just as readable. */
const MOST = 4;
const UNIT = (WIDTH - LABELS - 90) / MOST;

/** Colours of both kinds of page; the page says which it is. */
const STYLE = `
  svg { font: 13px system-ui, sans-serif; }
  text { fill: #1f2328; }
  .quiet { fill: #59636e; font-size: 11px; }
  .reached { fill: #1a7f37; }
  .missed { fill: #cf222e; }
  .plain { fill: #8c959f; }
  .goal { stroke: #1f2328; stroke-width: 2; }
  .one { stroke: #8c959f; stroke-dasharray: 2 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .reached { fill: #3fb950; }
    .missed { fill: #f85149; }
    .plain { fill: #656c76; }
    .goal { stroke: #e6edf3; }
  }`;

/** Ours as a multiple of the best, a bar a line; a stroke is the goal. Lines without a ratio are left out. */
export function drawPicture(report: Report): string {
  const parts: string[] = [];
  let y = 24;
  for (const section of report.sections) {
    parts.push(text(8, y, `${section.title}: ours to the best, higher is better; the stroke is the goal`));
    const rows = section.results.filter(({ ratio, goal }) => ratio !== undefined && goal !== undefined);
    parts.push(scale(y, rows.length, section));
    for (const [index, row] of rows.entries()) parts.push(bar(row, y + LINE * (index + 1)));
    y += LINE * (rows.length + 2);
  }
  parts.push(text(8, y, aboutRun(report), 'quiet'));
  const size = `viewBox="0 0 ${WIDTH} ${y + 16}" width="${WIDTH}" height="${y + 16}"`;
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="Twinport beside other servers and clients">`;
  return `${head}\n<style>${STYLE}\n</style>\n${parts.join('\n')}\n</svg>\n`;
}

/** A line where ours and the best are alike. */
function scale(y: number, rows: number, { title }: Section): string {
  const x = LABELS + UNIT;
  const bottom = y + LINE * rows + 8;
  return `<line class="one" x1="${x}" x2="${x}" y1="${y + 8}" y2="${bottom}"><title>${title}: alike</title></line>`;
}

function bar({ title, ratio = 0, goal, reached, best }: Result, y: number): string {
  const kind = reached === undefined ? 'plain' : reached ? 'reached' : 'missed';
  const x = LABELS + length(goal ?? 0);
  const stroke = goal === undefined ? '' : `<line class="goal" x1="${x}" x2="${x}" y1="${y - 13}" y2="${y + 3}"/>`;
  const rest = `${ratio.toFixed(2)}${best === undefined ? '' : ` ${best}`}`;
  return [
    text(8, y, title),
    `<rect class="${kind}" x="${LABELS}" y="${y - 11}" width="${length(ratio)}" height="12" rx="2"/>`,
    stroke,
    text(LABELS + Math.max(length(ratio), length(goal ?? 0)) + 8, y, rest, 'quiet'),
  ].join('');
}

function text(x: number, y: number, content: string, kind?: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}"${kind === undefined ? '' : ` class="${kind}"`}>${escaped}</text>`;
}

function length(ratio: number): number {
  return Math.round(Math.min(MOST, ratio) * UNIT);
}
