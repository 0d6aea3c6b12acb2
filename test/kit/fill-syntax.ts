/** What stands for each placeholder of a verb's syntax that is no path. */
const VALUES: Readonly<Record<string, string>> = {
  '<fact>=<value>;…': 'Modify=20010203040506;',
  '<YYYYMMDDHHMMSS>': '20010203040506',
  '<YYYYMMDDhhmm[ss]>': '200102030405',
  '<octal>': '600',
  '[<start> [<end>]]': '',
  '[<part> …]': '',
  '[-aldR]': '',
};
const PATHS = /\[?<(?:path|path or pattern|from|to|target|part|link)>\]?/g;

/** How many paths a verb with this syntax takes. */
export function pathsIn(syntax: string): number {
  return simplified(syntax).match(PATHS)?.length ?? 0;
}

/** The argument of a verb with these paths in it. Throws when the syntax has a placeholder that nobody has thought of. */
export function fillSyntax(syntax: string, paths: readonly string[]): string {
  let next = 0;
  const filled = simplified(syntax)
    .replaceAll(PATHS, () => paths[next++] ?? '')
    .trim();
  const left = simplified(syntax).replaceAll(PATHS, '');
  if (/[<>[\]]/.test(left)) throw new Error(`fill-syntax.ts does not know ${syntax}`);
  return filled;
}

function simplified(syntax: string): string {
  return Object.entries(VALUES).reduce((text, [placeholder, value]) => text.replace(placeholder, value), syntax);
}
