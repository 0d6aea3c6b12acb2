import type { DataPath } from '@twinport/ftp/client';
import { count, formatRate, formatSize } from './amounts.js';
import type { Measured } from './bench-measures.js';
import { describeDataPath } from './progress/board.js';

const WIDTHS = { name: 36, value: 44, path: 12 } as const;

/** A measure, and how it was made: `connections` where data connections were, `dataPath` and `tls` of those. */
export type BenchLine = Measured & {
  readonly measure: string;
  readonly connections?: number;
  readonly dataPath?: DataPath | undefined;
  readonly tls: string | null;
};

export function benchText(line: BenchLine): string {
  const { measure, connections, dataPath, tls } = line;
  const name = connections === undefined ? measure : `${measure}, ${count(connections, 'connection')}`;
  const path = dataPath ? describeDataPath(dataPath) : '-';
  return `${name.padEnd(WIDTHS.name)}  ${inWords(line).padEnd(WIDTHS.value)}  ${path.padEnd(WIDTHS.path)}  ${tls ?? 'clear'}\n`;
}

function inWords(measured: Measured): string {
  const { value, unit } = measured;
  switch (unit) {
    case 'ms':
      return `${value.toFixed(2)} ms, p99 ${measured.p99.toFixed(2)} ms`;
    case 'octets/s':
      return `${formatRate(value)} (${formatSize(measured.octets)})`;
    case 'files/s':
      return `${rounded(value)} files/s (${count(measured.files, 'file')})`;
    case 'entries/s':
      return `${rounded(value)} entries/s (${count(measured.entries, 'entry', 'entries')} in ${count(measured.listings, 'listing')})`;
  }
}

const rounded = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
