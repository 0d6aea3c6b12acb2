import { isDeepStrictEqual } from 'node:util';
import { type TomlTable, parse, stringify } from 'smol-toml';

/**
 * TOML text in which the table `name` is `table`, or is gone where that is undefined. The rest of the text stays as it is,
 * comments included, as far as one can tell tables apart by their headings; where not, everything is written anew.
 */
export function withTable(source: string, name: string, table: TomlTable | undefined): string {
  const { [name]: _before, ...others } = parse(source);
  const wanted = table === undefined ? others : { ...others, [name]: table };
  const block = table === undefined ? '' : stringify({ [name]: table });
  const spliced = splice(source, name, block.endsWith('\n') || block === '' ? block : `${block}\n`);
  return isToml(spliced, wanted) ? spliced : stringify(wanted);
}

function splice(source: string, name: string, block: string): string {
  const lines = source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const start = lines.findIndex((line) => headingOf(line) === name);
  if (start === -1) {
    const body = source === '' || source.endsWith('\n') ? source : `${source}\n`;
    return body === '' || block === '' ? body + block : `${body}\n${block}`;
  }
  const following = lines.findIndex((line, i) => i > start && headingOf(line) !== undefined);
  let end = following === -1 ? lines.length : following;
  // Blank lines and comments right before a heading belong to that one.
  while (end > start + 1 && /^\s*(?:#.*)?$/.test(lines[end - 1] ?? '') && following !== -1) end -= 1;
  const after = lines.slice(end).join('');
  return lines.slice(0, start).join('') + block + (block === '' ? after.replace(/^\s*\n/, '') : after);
}

/** The name in `[name]` or `["name"]`; undefined where the line is no such heading. */
function headingOf(line: string): string | undefined {
  const heading = /^\s*(\[[^[].*\])\s*(?:#.*)?$/.exec(line.trimEnd())?.[1];
  if (heading === undefined) return undefined;
  try {
    return Object.keys(parse(heading))[0];
  } catch {
    // No heading after all, such as a line of an array: withTable compares what comes out.
    return undefined;
  }
}

function isToml(text: string, wanted: TomlTable): boolean {
  try {
    return isDeepStrictEqual({ ...parse(text) }, { ...wanted });
  } catch {
    // Not TOML: written anew.
    return false;
  }
}
