import { isDeepStrictEqual } from 'node:util';
import { type TomlTable, parse, stringify } from 'smol-toml';

/** A table and its heading; `lead` is the blank lines and comments in front of that. */
interface Block {
  readonly name: string;
  readonly lead: readonly string[];
  readonly body: readonly string[];
}

/**
 * TOML text in which each table of `changes` is as given there, or gone where that is undefined. The rest of the text
 * stays as it is, comments included, as far as one can tell tables apart by their headings; where not, everything is
 * written anew.
 */
export function withTables(source: string, changes: ReadonlyMap<string, TomlTable | undefined>): string {
  const tables = new Map<string, TomlTable[string]>(Object.entries(parse(source)));
  for (const [name, table] of changes) {
    if (table === undefined) tables.delete(name);
    else tables.set(name, table);
  }
  const anew = stringify(Object.fromEntries(tables));
  const spliced = splice(source, changes);
  return isSameToml(spliced, anew) ? spliced : anew;
}

function splice(source: string, changes: ReadonlyMap<string, TomlTable | undefined>): string {
  const { blocks, rest } = blocksOf(source);
  const pieces = blocks.flatMap(({ name, lead, body }) => {
    if (!changes.has(name)) return [...lead, ...body];
    const table = changes.get(name);
    // A comment right above the heading goes with it.
    return table === undefined ? lead.slice(0, lead.findLastIndex(isBlank) + 1) : [...lead, textOf(name, table)];
  });
  const present = new Set(blocks.map(({ name }) => name));
  const added = Array.from(changes, ([name, table]) => (table && !present.has(name) ? textOf(name, table) : ''));
  const kept = [...pieces, ...rest].join('');
  const before = kept === '' || kept.endsWith('\n') ? kept : `${kept}\n`;
  return [before, ...added].filter((text) => text !== '').join('\n');
}

/** The first block has no name: it is what comes before any heading. */
function blocksOf(source: string): { blocks: Block[]; rest: string[] } {
  const blocks: Block[] = [];
  let block: { name: string; lead: string[]; body: string[] } = { name: '', lead: [], body: [] };
  let waiting: string[] = [];
  for (const line of source.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const name = headingOf(line);
    if (name !== undefined) {
      blocks.push(block);
      block = { name, lead: waiting, body: [line] };
      waiting = [];
    } else if (isBlank(line) || line.trimStart().startsWith('#')) waiting.push(line);
    else {
      block.body.push(...waiting, line);
      waiting = [];
    }
  }
  return { blocks: [...blocks, block], rest: waiting };
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function textOf(name: string, table: TomlTable): string {
  const text = stringify({ [name]: table });
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** The name in `[name]` or `["name"]`; undefined where the line is no such heading. */
function headingOf(line: string): string | undefined {
  const heading = /^\s*(\[[^[].*\])\s*(?:#.*)?$/.exec(line.trimEnd())?.[1];
  if (heading === undefined) return undefined;
  try {
    return Object.keys(parse(heading))[0];
  } catch {
    // No heading after all, such as a line of an array: withTables compares what comes out.
    return undefined;
  }
}

function isSameToml(text: string, other: string): boolean {
  try {
    return isDeepStrictEqual(parse(text), parse(other));
  } catch {
    // Not TOML: written anew.
    return false;
  }
}
