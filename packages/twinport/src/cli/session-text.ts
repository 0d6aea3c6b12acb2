import type { Endpoint } from '@twinport/ftp/client';
import type { SessionSummary, TraceLine } from '@twinport/ftp/firewall';
import { printable } from '../daemon/printable.js';

const HEADS = ['#', 'began', 'client', 'server', 'user', 'TLS', 'data connections', 'seen at'];

const at = ({ host, port }: Endpoint): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** One session a line, in columns. */
export function sessionTable(sessions: readonly SessionSummary[]): string {
  const rows = [HEADS, ...sessions.map(cellsOf)];
  const widths = HEADS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellsOf({ id, startedAt, client, server, user, tls, outcomes, vantages }: SessionSummary): string[] {
  return [
    String(id),
    `${new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')}Z`,
    at(client),
    at(server),
    printable(user ?? '-'),
    tls ? (tls.version ?? 'yes') : '-',
    counted(outcomes) || '-',
    printable(vantages.join(', ')),
  ];
}

/** `2 ok, 1 timeout`. */
function counted(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return Array.from(counts, ([outcome, count]) => `${count} ${outcome}`).join(', ');
}

/** The commands and replies of a session, as `--trace` shows them. */
export function transcriptText(lines: readonly TraceLine[]): string {
  return lines
    .map(({ at: time, towards, text }) => {
      const clock = new Date(time).toISOString().slice(11, 23);
      return `${clock} ${towards === 'server' ? '-->' : '<--'} ${printable(text)}\n`;
    })
    .join('');
}
