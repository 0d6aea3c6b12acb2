import type { Timeline } from '../rules/index.js';
import { colourRules } from './colours.js';
import { CONNECTION_NAMES, conclusionParts, fateOf, verdictOf } from './ladder.js';
import { element } from './markup.js';
import { SvgLadder } from './svg-ladder.js';
import { SvgPage } from './svg-page.js';

export interface SvgOptions {
  /** Units across: 860 by default; below 600 the letters are large beside the picture, for phones. */
  readonly width?: number;
}

export const SVG_RULES = `.words{font-family:system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif}.wire{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}text.over{paint-order:stroke;stroke:var(--ground);stroke-width:3px;stroke-linejoin:round}`;

const DEFAULT_WIDTH = 860;
const FATE_COLOURS = { works: 'good', fails: 'stopped', unknown: 'ink' } as const;
const MARGIN = 12;
const WORDS = { font: 'words', size: 14, colour: 'ink' } as const;

/** Timelines as a picture that stands by itself: of each its title, both connections, and the conclusion. */
export function drawSvg(timelines: readonly Timeline[], { width = DEFAULT_WIDTH }: SvgOptions = {}): string {
  const page = new SvgPage(width - 2 * MARGIN);
  for (const [index, timeline] of timelines.entries()) {
    if (index > 0) page.y += 3 * MARGIN;
    heading(timeline, page);
    new SvgLadder(timeline, page).draw();
    legend(page);
    conclusion(timeline, page);
  }
  const style = element('style', {}, `${colourRules(':root')}${SVG_RULES}`);
  return `${svg(page, timelines.map(titleOf).join('; '), style)}\n`;
}

/** The picture alone, for a page that says the rest and has the rules. */
export function drawPicture(timeline: Timeline, width: number): string {
  const page = new SvgPage(width - 2 * MARGIN);
  new SvgLadder(timeline, page).draw();
  legend(page);
  return svg(page, `${titleOf(timeline)}: a drawing of the steps that are listed on this page`, '');
}

function titleOf({ title, conclusion: how }: Timeline): string {
  return `${title}: ${verdictOf(how)}`;
}

function svg(page: SvgPage, title: string, style: string): string {
  const [width, height] = [page.width + 2 * MARGIN, page.y + 2 * MARGIN];
  const ground = element('rect', { x: -MARGIN, y: -MARGIN, width, height, fill: 'var(--ground)' });
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `${-MARGIN} ${-MARGIN} ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': title,
  };
  return element('svg', attributes, `${style}${ground}\n${page.body}\n`);
}

function heading({ title, tls, conclusion: how }: Timeline, page: SvgPage): void {
  page.paragraph(0, page.width, title, { ...WORDS, size: 18, bold: true });
  const colour = FATE_COLOURS[fateOf(how)];
  page.paragraph(0, page.width, verdictOf(how), { ...WORDS, colour, bold: true });
  page.paragraph(0, page.width, `commands ${tls ? 'encrypted' : 'in clear'}`, { ...WORDS, colour: 'dim' });
  page.y += MARGIN;
}

function legend(page: SvgPage): void {
  page.y += MARGIN;
  for (const connection of ['control', 'data'] as const) {
    const top = page.y + 10;
    for (const y of connection === 'control' ? [top - 2.5, top + 2.5] : [top]) {
      const stroke = { stroke: `var(--${connection})`, 'stroke-width': connection === 'control' ? 1.6 : 4 };
      page.add('line', { x1: 0, x2: 40, y1: y, y2: y, ...stroke });
    }
    page.paragraph(50, page.width - 50, `${CONNECTION_NAMES[connection]} connection`, {
      ...WORDS,
      size: 12,
      colour: connection,
    });
  }
  page.paragraph(0, page.width, '✓ let through   ⇄ changed   ✗ stopped', { ...WORDS, size: 12, colour: 'dim' });
}

function conclusion(timeline: Timeline, page: SvgPage): void {
  for (const [name, lines] of conclusionParts(timeline.conclusion)) {
    page.y += MARGIN / 2;
    const top = page.y;
    for (const text of lines) page.paragraph(56, page.width - 56, text, WORDS);
    page.line(0, top + WORDS.size, name, { ...WORDS, bold: true });
  }
}
