import { simulate } from '@twinport/ftp/firewall';
import {
  type Cell,
  type CellOutcome,
  type Scenario,
  type Verdict,
  type WayCell,
  natName,
  situationOf,
} from '../verify/index.js';
import type { Paint } from './style.js';

/** As firewall tables write them. */
const SHORT: Readonly<Record<CellOutcome, string>> = {
  ok: 'OK',
  timeout: 'T/O',
  refused: 'REF',
  '425': '425',
  '500': '500',
  unavailable: '-',
  unknown: '?',
  'no control': 'CTL',
  open: 'open',
  closed: 'closed',
};

const LEGEND = `OK: transferred; T/O: silence; REF: refused or no route; 425, 500: the server's reply; CTL: not even the control connection.
PASV believes the address in a 227, PASVi does not. Open beside FTP: ports that answer although no transfer has asked for them;
"from 20": a program of the client, reached from the server's port 20; "PORT 22": a port that the client has named for a
helper to open. A cell is what was measured, and where that differs from what is predicted, measured≠predicted.
`;

/** One table for each target and role. */
export function tablesText(verdicts: readonly Verdict[], paint: Paint): string {
  const tables = grouped(verdicts, ({ scenario: { target, role } }) => `${target}, ${role}`);
  return `${tables.map(([title, some]) => `${paint('bold', title)}\n${tableText(some, paint)}\n`).join('')}${LEGEND}`;
}

function tableText(verdicts: readonly Verdict[], paint: Paint): string {
  const ways = grouped(verdicts, ({ cell }) => cellName(cell)).flatMap(([name, [first]]) =>
    first && 'way' in first.cell ? [{ name, group: groupName(first.cell), way: first.cell.way }] : [],
  );
  const groups = ways.map(({ group }, index) => (ways[index - 1]?.group === group ? '' : group));
  const rows = grouped(verdicts, ({ scenario }) => `${natName(scenario)} ${scenario.kind}`).map(([, row]) => {
    const cells = new Map(row.map((each) => [cellName(each.cell), each]));
    return [rowName(row), ways.map(({ name }) => resultText(cells.get(name))), strangersText(row)].flat();
  });
  const heads = ['NAT', 'RULES', ...ways.map(({ way }) => way), 'OPEN BESIDE FTP'];
  const lines = aligned([heads, ...rows], ['', '', ...groups]);
  return lines.map((line) => `${line.replaceAll(DIFFERENT, (cell) => paint('red', cell))}\n`).join('');
}

function groupName({ family, tls }: WayCell): string {
  return `${family === 'ipv4' ? 'IPv4' : 'IPv6'}${tls ? ', TLS' : ''}`;
}

const DIFFERENT = /\S+(?: \d+)?≠\S+/g;

function rowName([first]: readonly Verdict[]): string[] {
  return first ? [natName(first.scenario), first.scenario.kind] : [];
}

function resultText(verdict: Verdict | undefined): string {
  if (!verdict) return '';
  const { measured, predicted, agrees } = verdict;
  return agrees ? SHORT[measured] : `${SHORT[measured]}≠${SHORT[predicted]}`;
}

/** Those that are open, and those that were to be; with the family where it is so over one only. */
function strangersText(row: readonly Verdict[]): string {
  const some = row.filter(({ cell, measured, agrees }) => 'stranger' in cell && (measured === 'open' || !agrees));
  const families = new Set(row.map(({ cell }) => cell.family)).size;
  const texts = grouped(some, ({ cell, agrees, ...rest }) => {
    const result = agrees ? '' : ` ${resultText({ cell, agrees, ...rest })}`;
    return `${'name' in cell ? cell.name : ''}${result}`;
  }).map(([name, { length, 0: first }]) => (length === families ? name : `${name} (${first?.cell.family})`));
  return texts.length === 0 ? 'nothing' : texts.join(', ');
}

function grouped<T>(all: readonly T[], keyOf: (each: T) => string): [key: string, some: T[]][] {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(keyOf(each)) ?? [];
    groups.set(keyOf(each), group);
    group.push(each);
  }
  return [...groups];
}

/** The first row is the heads; above them stand the names of their groups, each as wide as its columns are together. */
function aligned(rows: readonly (readonly string[])[], groups: readonly string[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const starts = widths.map((_, column) => widths.slice(0, column).reduce((sum, width) => sum + width + 2, 0));
  const above = groups.reduce(
    (line, name, column) => (name === '' ? line : line.padEnd(starts[column] ?? 0) + name),
    '',
  );
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [above, ...lines].map((line) => line.trimEnd());
}

/** `EPSV`, `EPSV/TLS`, `EPSV/6`, `EPSV/TLS/6`; strangers by their own names. */
function cellName(cell: Cell): string {
  const family = cell.family === 'ipv6' ? '/6' : '';
  return 'way' in cell ? `${cell.way}${cell.tls ? '/TLS' : ''}${family}` : `${cell.name}${family}`;
}

function scenarioName({ target, role, kind, ...nat }: Scenario): string {
  return `${target} ${role} ${kind} NAT ${natName(nat)}`;
}

export function verdictLine(verdict: Verdict): string {
  const { scenario, cell, milliseconds, message } = verdict;
  const said = message === '' ? '' : `: ${message}`;
  return `${scenarioName(scenario)} ${cellName(cell)} ${resultText(verdict)} ${milliseconds} ms${said}`;
}

/** What differs, in words: what the model has expected and why, and what our client says. */
export function differenceText({ scenario, cell, predicted, measured, message }: Verdict): string {
  const lines = [`${scenarioName(scenario)}, ${cellName(cell)}: predicted ${predicted}, measured ${measured}`];
  if ('way' in cell) {
    const { why } = simulate({ ...situationOf(scenario, cell.family), way: cell.way, tls: cell.tls }).conclusion;
    if (why !== '') lines.push(`  the model: ${why}`);
  }
  if (message !== '') lines.push(`  the client: ${message}`);
  return lines.join('\n');
}

export function verdictRecord({ scenario, cell, predicted, measured, agrees, message, milliseconds }: Verdict): object {
  const { target, role, kind, nat, announced } = scenario;
  const what = 'way' in cell ? { way: cell.way, tls: cell.tls } : { stranger: cell.name };
  const where = { target, role, rules: kind, nat, announced, family: cell.family, ...what };
  return { ...where, predicted, measured, agrees, milliseconds, ...(message !== '' && { message }) };
}
