import * as v from 'valibot';
import { elementOf, entriesOf } from './leaves.js';
import { nearestKey, writtenAs } from './nearest.js';
import type { Path } from './positions.js';
import { type Config, configSchema } from './schema.js';
import { type Table, isTable, overlaid, removeValue } from './table.js';

/** What is wrong with the value at a path, and what to write instead. */
export interface Flaw {
  readonly path: Path;
  readonly what: string;
  /** The table that something is missing in: nobody has to be told where another flaw of that table is the reason. */
  readonly lacking?: Path;
}

type Deep<T> = T extends readonly (infer Each)[]
  ? readonly Deep<Each>[]
  : T extends Readonly<Record<string, string>>
    ? T
    : T extends object
      ? { readonly [Key in keyof T]?: Deep<T[Key]> }
      : T;
/** A configuration without what is wrong in it: anything may be missing. */
export type Draft = Deep<Config>;

const SECRETS: ReadonlySet<unknown> = new Set(['password', 'passwordHash', 'database', 'url']);

/** Unknown keys, values of the wrong kind or out of range, and what is missing; and the rest, which is right. */
export function checkShape(table: Table): { readonly flaws: readonly Flaw[]; readonly draft: Draft } {
  const flaws: Flaw[] = [];
  const draft = known(configSchema, table, [], flaws);
  const seen = new Set<string>();
  for (const issue of v.safeParse(configSchema, overlaid({}, draft)).issues ?? []) {
    const path = pathOf(issue);
    if (seen.has(JSON.stringify(path))) continue;
    seen.add(JSON.stringify(path));
    flaws.push(isMissing(issue) ? missingFlaw(path) : { path, what: wrongText(path, issue) });
    removeValue(draft, path);
  }
  return { flaws, draft };
}

/** The keys of tables are strings, and those of lists numbers. */
function pathOf({ path }: v.BaseIssue<unknown>): Path {
  return (path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

function isMissing({ type, input }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && input === undefined;
}

function missingFlaw(path: Path): Flaw {
  const [table, key] = [path.slice(0, -1), path.at(-1)];
  return { path, what: `${nameOf(table)} has no ${key}: write ${key} = "…" in it`, lacking: table };
}

function wrongText(path: Path, { input, message }: v.BaseIssue<unknown>): string {
  const got = SECRETS.has(path.at(-1)) ? '' : ` = ${shown(input)}`;
  return `${nameOf(path)}${got} cannot be: write ${message}`;
}

/** A copy with the tables and keys that there are. What else there is becomes a flaw. */
function known(schema: unknown, table: Table, path: Path, flaws: Flaw[]): Table {
  const entries = entriesOf(schema) ?? {};
  const copy: Table = {};
  for (const [key, value] of Object.entries(table)) {
    const at = [...path, key];
    const entry = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (entry === undefined) flaws.push({ path: at, what: unknownText(at, entries) });
    else if (entriesOf(entry)) {
      if (isTable(value)) copy[key] = known(entry, value, at, flaws);
      else flaws.push({ path: at, what: `${key} is a table: write its keys under a heading [${key}]` });
    } else copy[key] = elementOf(entry) === undefined ? value : elements(entry, value, at, flaws);
  }
  return copy;
}

function elements(schema: unknown, value: unknown, path: Path, flaws: Flaw[]): unknown {
  if (!Array.isArray(value) || !value.every((each) => isTable(each))) {
    flaws.push({
      path,
      what: `${path.join('.')} is a list: write each under a heading of its own, [[${path.join('.')}]]`,
    });
    return undefined;
  }
  return value.map((each: Table, index) => known(elementOf(schema), each, [...path, index], flaws));
}

function unknownText(path: Path, entries: Readonly<Record<string, unknown>>): string {
  const siblings = Object.entries(entries).map(
    ([key, entry]) => [key, writtenAs(path.slice(0, -1), key, entry)] as const,
  );
  const nearest = nearestKey(String(path.at(-1)), new Map(siblings));
  const instead =
    nearest === undefined
      ? `take it out; there are ${Object.keys(entries).join(', ')}`
      : `write \`${nearest}\` instead`;
  return `there is no key ${nameOf(path)}: ${instead}`;
}

/** Those that are no consequence of another. */
export function withoutConsequences(flaws: readonly Flaw[]): readonly Flaw[] {
  const reasons = flaws.filter(({ lacking }) => lacking === undefined);
  return flaws.filter(({ lacking }) => !lacking || !reasons.some(({ path }) => isWithin(path, lacking)));
}

function isWithin(path: Path, table: Path): boolean {
  return table.every((key, index) => path[index] === key);
}

/** `tls.certificate`, `[[user]] 2 name`. */
export function nameOf(path: Path): string {
  const [first, index, ...rest] = path;
  return typeof index === 'number' ? `[[${first}]] ${[index + 1, ...rest].join(' ')}` : path.join('.');
}

function shown(value: unknown): string {
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}
