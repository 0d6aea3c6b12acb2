import assert from 'node:assert/strict';
import type { EntryType } from '../entry.js';
import type { ListedEntry, ListedTime, ListingFormat } from './listed-entry.js';
import { ListingParser } from './listing-parser.js';

/** The clock of all samples. */
export const now = new Date('2024-07-15T12:00:00Z');

/** What a sample says, in full: what is not here, the entry may not have either. `format` and `raw` follow from the line. */
export interface Expected {
  readonly name: string;
  readonly type: EntryType;
  readonly size?: number;
  /** `2024-01-02`, `2024-01-02T03:04`, `…:05`, `….678`: as precise as it is written; with a Z it is UTC. */
  readonly modified?: string;
  readonly created?: string;
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
  readonly links?: number;
  readonly target?: string;
  readonly unique?: string;
  readonly perm?: string;
  readonly facts?: Readonly<Record<string, string>>;
  /** Of an entry in two lines. */
  readonly raw?: string;
}

/** The line gives this entry, or none because it is understood (a header) or awaits its second half, or none because it is not. */
export type Outcome = Expected | 'skipped' | 'unparsed';

export type Sample = readonly [line: string, outcome: Outcome];

export interface SystemSamples {
  readonly format: ListingFormat;
  /** Each stands for itself. */
  readonly lines: readonly Sample[];
  /** In each, what a line means depends on those before it. */
  readonly listings: readonly (readonly Sample[])[];
}

/** An expected entry in the form of a real one. */
export function entryOf(expected: Expected, line: string, format: ListingFormat): ListedEntry {
  const { modified, created, facts, raw, ...rest } = expected;
  return {
    ...rest,
    ...(modified === undefined ? {} : { modified: timeOf(modified) }),
    ...(created === undefined ? {} : { created: timeOf(created) }),
    ...(facts === undefined ? {} : { facts: new Map(Object.entries(facts)) }),
    format,
    raw: raw ?? line,
  };
}

function timeOf(text: string): ListedTime {
  const isUtc = text.endsWith('Z');
  const local = isUtc ? text.slice(0, -1) : text;
  const at = new Date(local.includes('T') ? `${local}Z` : `${local}T00:00Z`);
  assert.ok(!Number.isNaN(at.getTime()), `a sample says ${text}`);
  const precision = { 10: 'day', 16: 'minute', 19: 'second', 23: 'millisecond' }[local.length];
  return { at, precision: precision as ListedTime['precision'], zone: isUtc ? 'utc' : 'server' };
}

/** Pushes one line and holds the result to the outcome. */
export function checkLine(parser: ListingParser, [line, outcome]: Sample, format: ListingFormat): void {
  const before = parser.unparsedCount;
  const entries = parser.push(line);
  const expected = typeof outcome === 'string' ? [] : [entryOf(outcome, line, format)];
  assert.deepEqual(entries, expected, line);
  assert.equal(parser.unparsedCount - before, outcome === 'unparsed' ? 1 : 0, line);
}
