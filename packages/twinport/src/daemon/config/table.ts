import type { Path } from './positions.js';

/** What a table of TOML is, and the whole file. */
export type Table = Record<string, unknown>;

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Both, and of what both have that of `above`. What is undefined there is taken away. */
export function overlaid(below: Table, above: Table): Table {
  const table = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = table[key];
    if (value === undefined) delete table[key];
    else table[key] = isTable(value) ? overlaid(isTable(under) ? under : {}, value) : value;
  }
  return table;
}

/** Undefined where there is none. */
export function valueAt(table: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return table;
  return isContainer(table) && Object.hasOwn(table, key) ? valueAt(table[key], rest) : undefined;
}

/** Tables on the way are made where there are none. */
export function setValue(table: Table, [key = '', ...rest]: readonly string[], value: unknown): void {
  const inner = table[key] ?? {};
  table[key] = rest.length === 0 ? value : inner;
  if (rest.length > 0 && isTable(inner)) setValue(inner, rest, value);
}

export function removeValue(table: Table, [key = '', ...rest]: Path): void {
  const inner = table[key];
  if (rest.length === 0) delete table[key];
  else if (isContainer(inner)) removeValue(inner, rest);
}

/** A table or a list. */
function isContainer(value: unknown): value is Table {
  return typeof value === 'object' && value !== null;
}
