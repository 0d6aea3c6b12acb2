import { CEILING, WORKERS } from './contestants.js';
import { type Report, type Section, aboutRun } from './report.js';
import type { Result } from './row.js';

/** A rate as near to the generator's as this may be the generator's own. */
const NEAR_CEILING = 0.8;
const LEGEND = `ratio: ours to the best that counts, higher is better in every line
least and most of the rounds stand below each median; ~ is near what the load generator reaches by itself
`;

/** For a terminal: under each line the least and the most of every contestant. */
export function formatTables(report: Report): string {
  return `${[aboutRun(report), ...report.sections.map(formatSection)].join('\n\n')}\n${LEGEND}`;
}

function formatSection({ title, contestants, results }: Section): string {
  const head = [title, ...contestants, 'ratio', 'goal', ''];
  const rows = results.flatMap((result) => {
    const medians = [result.title, ...contestants.map((name) => median(result, name)), ...verdict(result)];
    const spreads = contestants.map((name) => spread(result, name));
    return spreads.some((text) => text !== '') ? [medians, ['', ...spreads, '', '', '']] : [medians];
  });
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return all.map((row) => row.map(pad).join('  ').trimEnd()).join('\n');
}

/** For README.md and docs/performance.md. */
export function formatMarkdown(report: Report): string {
  return `${[aboutRun(report), ...report.sections.map(markdownSection)].join('\n\n')}\n`;
}

/** For README.md: the lines with a goal, and of the others only the best. */
export function formatSummary(report: Report): string {
  const head = ['', 'Twinport', 'best of the others', 'ratio', 'goal'];
  const rows = report.sections.flatMap(({ title, results }) => [
    cells([`**${title}**`, '', '', '', '']),
    ...results.filter(({ goal, ratio }) => goal !== undefined && ratio !== undefined).map(summaryRow),
  ]);
  return `${[aboutRun(report), '', cells(head), '|---|---:|---:|---:|---:|', ...rows].join('\n')}\n`;
}

function summaryRow(result: Result): string {
  const { title, our = '', best, ratio, goal } = result;
  const ours = `${median(result, our)}${our === WORKERS ? ' (2 workers)' : ''}`;
  const other = best === undefined ? '' : `${median(result, best)} ${best}`;
  return cells([title, ours, other, two(ratio), two(goal)]);
}

function markdownSection({ title, contestants, results }: Section): string {
  const head = [title, ...contestants, 'ratio', 'goal', 'reached'];
  const rows = results.map((result) =>
    cells([
      result.title,
      ...contestants.map((name) => [median(result, name), small(spread(result, name))].join('')),
      ...verdict(result),
    ]),
  );
  return [cells(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...rows].join('\n');
}

function cells(row: readonly string[]): string {
  return `| ${row.join(' | ')} |`;
}

function small(text: string): string {
  return text === '' ? '' : `<br><sub>${text}</sub>`;
}

function two(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(2);
}

function verdict({ ratio, goal, reached }: Result): readonly string[] {
  return [two(ratio), two(goal), reached === undefined ? '' : reached ? 'yes' : 'no'];
}

function median({ spreads, better }: Result, name: string): string {
  const value = spreads[name]?.median;
  if (value === undefined) return '-';
  const ceiling = spreads[CEILING]?.median;
  const near =
    name !== CEILING &&
    ceiling !== undefined &&
    (better === 'more' ? value > ceiling * NEAR_CEILING : value < ceiling / NEAR_CEILING);
  return `${near ? '~' : ''}${number(value)}`;
}

function spread({ spreads }: Result, name: string): string {
  const found = spreads[name];
  return found && found.least !== found.most ? `${number(found.least)}–${number(found.most)}` : '';
}

function number(value: number): string {
  const maximumFractionDigits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en', { maximumFractionDigits });
}
