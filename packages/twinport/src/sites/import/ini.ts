/** A section of an INI file: its name and its keys, as they are written. */
export interface IniSection {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

/** Lines that are neither `[section]` nor `key=value` are left out, as Windows does; so are values before any section. */
export function parseIni(source: string): IniSection[] {
  const sections: { name: string; values: Map<string, string> }[] = [];
  for (const line of source.split(/\r?\n/)) {
    const heading = /^\[(.*)\]\s*$/.exec(line);
    if (heading) sections.push({ name: heading[1] ?? '', values: new Map() });
    const equals = line.indexOf('=');
    if (!heading && equals > 0 && !line.startsWith(';')) {
      sections.at(-1)?.values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }
  return sections;
}
