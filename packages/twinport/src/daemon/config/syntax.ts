import { TomlError, parse } from 'smol-toml';
import { Positions } from './positions.js';
import type { Table } from './table.js';

/** A line that is not TOML, and what to write instead. */
export interface SyntaxFlaw {
  readonly line: number;
  readonly what: string;
}

/** What there is of a file: with flaws, what can be read of the rest; nothing where that cannot be told. */
export interface Parsed {
  readonly flaws: readonly SyntaxFlaw[];
  readonly table?: Table;
  readonly positions?: Positions;
}

/** What goes on in the next line is left alone. */
const PAIR = /^(\s*[\w."'-]+\s*=\s*)((?!"""|'''|\[|\{).*)$/;
/** No key takes a date: the key stays, and counts as wrong, so that nobody finds it missing. */
const STAND_IN = '1979-05-27';

/** Parses TOML. A line `key = value` that cannot be read does not keep the other lines from being read. */
export function parseToml(source: string): Parsed {
  const lines = source.split('\n');
  const flaws: SyntaxFlaw[] = [];
  for (;;) {
    const text = lines.join('\n');
    try {
      const table = parse(text);
      return { flaws, table, positions: new Positions(text) };
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      const last = flaws.at(-1);
      const line = lines[error.line - 1] ?? '';
      if (last?.line !== error.line) flaws.push({ line: error.line, what: reason(error, line) });
      const replaced = last?.line === error.line ? withoutLine(line) : line.replace(PAIR, `$1${STAND_IN}`);
      if (replaced === line) return { flaws };
      lines[error.line - 1] = replaced;
    }
  }
}

/** A key that is there twice. */
function withoutLine(line: string): string {
  return PAIR.test(line) ? '' : line;
}

/** The message goes on with lines of the file, which may hold a password. */
function reason({ message }: TomlError, line: string): string {
  const [first = ''] = message.replace(/^Invalid TOML document: /, '').split('\n');
  const [, key = '', value = ''] = PAIR.exec(line) ?? [];
  if (/redefine|already/.test(first)) return `${(key || line).replace('=', '').trim()} is there twice: take one out`;
  if (/^[^"'[{\s].*$/.test(value)) return `${first}: write text in quotes: ${key.trim()} "…"`;
  if (value.startsWith('"'))
    return `${first}: end the text with a quote, and write \\\\ for a backslash: ${key.trim()} "…"`;
  if (/^\s*\[/.test(line)) return `${first}: write a heading as [name] or [[name]], alone on its line`;
  return `${first}: write key = value, or # in front of a comment`;
}
