import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { TomlDate, parse, stringify } from 'smol-toml';
import { type Path, Positions } from './positions.js';

/** Every key and element that the parser has found. */
function* pathsOf(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) for (const [index, each] of value.entries()) yield* pathsOf(each, [...path, index]);
  else if (typeof value === 'object' && value !== null && !(value instanceof TomlDate))
    for (const [key, each] of Object.entries(value)) yield* pathsOf(each, [...path, key]);
}

const CASES: [name: string, source: string, lines: [path: Path, line: number][]][] = [
  [
    'keys',
    'a = 1\n\n# b = 2\nb = "x" # c = 3\n',
    [
      [['a'], 1],
      [['b'], 4],
    ],
  ],
  [
    'tables',
    '[a]\nb = 1\n[c]\nb = 2\n',
    [
      [['a'], 1],
      [['a', 'b'], 2],
      [['c', 'b'], 4],
    ],
  ],
  [
    'a heading with dots',
    '[a.b]\nc = 1\n[a]\nd = 2\n',
    [
      [['a', 'b', 'c'], 2],
      [['a', 'd'], 4],
    ],
  ],
  [
    'a heading with blanks',
    '[ a . "b" ] # c\nd = 1\n',
    [
      [['a', 'b'], 1],
      [['a', 'b', 'd'], 2],
    ],
  ],
  [
    'arrays of tables',
    '[[u]]\nn = 1\n[[u]]\nn = 2\n',
    [
      [['u', 0], 1],
      [['u', 1], 3],
      [['u', 1, 'n'], 4],
    ],
  ],
  [
    'a table in an array of tables',
    '[[u]]\n[u.t]\nn = 1\n[[u]]\n[u.t]\nn = 2\n',
    [
      [['u', 0, 't', 'n'], 3],
      [['u', 1, 't', 'n'], 6],
    ],
  ],
  [
    'arrays of tables in arrays of tables',
    '[[u]]\n[[u.v]]\n[[u.v]]\nn = 1\n[[u]]\n[[u.v]]\nn = 2\n',
    [
      [['u', 0, 'v', 1, 'n'], 4],
      [['u', 1, 'v', 0, 'n'], 7],
    ],
  ],
  [
    'dotted keys',
    'a.b.c = 1\na.d = 2\n[e]\nf.g = 3\n',
    [
      [['a', 'b', 'c'], 1],
      [['a', 'd'], 2],
      [['e', 'f', 'g'], 4],
    ],
  ],
  [
    'quoted keys',
    '"a b" = 1\n\'c.d\' = 2\n"e\\u0041\\n" = 3\n"" = 4\n["10.0.0.0/8".x]\ny = 5\n',
    [
      [['a b'], 1],
      [['c.d'], 2],
      [['eA\n'], 3],
      [[''], 4],
      [['10.0.0.0/8', 'x', 'y'], 6],
    ],
  ],
  [
    'inline tables',
    'a = { b = 1, c.d = { e = 2 } }\nf = 3\n',
    [
      [['a', 'b'], 1],
      [['a', 'c', 'd', 'e'], 1],
      [['f'], 2],
    ],
  ],
  [
    'inline tables on many lines',
    'a = {\n  b = 1, # c = 9\n  c = 2,\n}\nf = 3\n',
    [
      [['a', 'b'], 2],
      [['a', 'c'], 3],
      [['f'], 5],
    ],
  ],
  [
    'arrays on many lines',
    'a = [\n  1, # x\n\n  2,\n  { b = 3 },\n  [4,\n 5], ]\nc = 6\n',
    [
      [['a', 0], 2],
      [['a', 1], 4],
      [['a', 2, 'b'], 5],
      [['a', 3, 1], 7],
      [['c'], 8],
    ],
  ],
  [
    'long strings',
    'a = """\nb = 1\n\\""" \n"""""\nc = 2\nd = \'\'\'\n[e]\n\'\'\'\'\nf = 3\n',
    [
      [['a'], 1],
      [['c'], 5],
      [['d'], 6],
      [['f'], 9],
    ],
  ],
  [
    'strings with signs',
    'a = "# = [ \\" ]"\nb = \'\\\'\nc = ["]", \'}\']\nd = 1\n',
    [
      [['b'], 2],
      [['c', 1], 3],
      [['d'], 4],
    ],
  ],
  [
    'scalars',
    'a = 1979-05-27 07:32:00Z # x\nb = +1_000\nc = -inf\nd = 0x1F\ne = [1979-05-27, true]\n',
    [
      [['b'], 2],
      [['e', 1], 5],
    ],
  ],
  [
    'lines that end with CRLF',
    'a = 1\r\n\r\n[b]\r\nc = """\r\nx"""\r\nd = 2\r\n',
    [
      [['b', 'c'], 4],
      [['b', 'd'], 6],
    ],
  ],
];

for (const [name, source, lines] of CASES) {
  test(`positions: ${name}`, () => {
    const positions = new Positions(source);
    for (const [path, line] of lines) assert.equal(positions.lineOf(path), line, JSON.stringify(path));
    for (const path of pathsOf(parse(source))) assert.notEqual(positions.lineOf(path), undefined, JSON.stringify(path));
  });
}

test('positions: of what is missing, the line of what it belongs to', () => {
  const positions = new Positions('a = 1\n[[user]]\nname = "x"\n');
  assert.equal(positions.nearestLineOf(['user', 0, 'password']), 2);
  assert.equal(positions.nearestLineOf(['tls', 'key']), 1);
});

const key = fc
  .oneof(fc.stringMatching(/^[a-z][A-Za-z0-9_-]{0,5}$/), fc.string({ minLength: 1, maxLength: 6 }))
  .filter((each) => each !== '__proto__');
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom('"""', "'''", 'a\nb = 1\n[c]', '\\', '#', ']', '}'),
);
const { tree } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    fc.array(tie('tree'), { maxLength: 3 }),
    tie('tree'),
  ),
  tree: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
}));

type Style = () => number;

const keyText = (name: string, style: Style): string => {
  if (/^[A-Za-z0-9_-]+$/.test(name) && style() % 2 === 0) return name;
  return /^[^'\p{Cc}]*$/u.test(name) && style() % 2 === 0
    ? `'${name}'`
    : JSON.stringify(name).replaceAll('\u007F', '\\u007F');
};

function inline(value: unknown, style: Style): string {
  const gap = style() % 3 === 0 ? '\n # x = [ " \n' : ' ';
  if (Array.isArray(value)) return `[${gap}${value.map((each) => inline(each, style)).join(`,${gap}`)}${gap}]`;
  if (typeof value === 'object' && value !== null)
    return `{${gap}${Object.entries(value)
      .map(([name, each]) => `${keyText(name, style)} = ${inline(each, style)}`)
      .join(`,${gap}`)}${gap}}`;
  if (typeof value !== 'string') return String(value);
  if (style() % 2 === 0 && /^[^'\p{Cc}]*$/u.test(value)) return style() % 2 === 0 ? `'''\n${value}'''` : `'${value}'`;
  const text = JSON.stringify(value).slice(1, -1).replaceAll('\u007F', '\\u007F');
  return style() % 2 === 0 ? `"""\n${text}"""` : `"${text}"`;
}

/** The same values as `stringify` writes, in all the other ways. */
function written(table: object, style: Style, heading: readonly string[] = []): string {
  const [pairs, tables]: [string[], string[]] = [[], []];
  for (const [name, value] of Object.entries(table)) {
    const path = [...heading, keyText(name, style)];
    const isTables =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((each) => typeof each === 'object' && !Array.isArray(each));
    const isTable = typeof value === 'object' && !Array.isArray(value);
    if (isTables && style() % 2 === 0)
      tables.push(...value.map((each: object) => `[[${path.join(' . ')}]]\n${written(each, style, path)}`));
    else if (isTable && style() % 4 === 0)
      tables.push(`[${path.join('.')}] # x\n${written(value as object, style, path)}`);
    else if (isTable && style() % 3 === 0 && Object.keys(value as object).length > 0)
      pairs.push(
        ...Object.entries(value as object).map(
          ([inner, each]) => `${keyText(name, style)} . ${keyText(inner, style)} = ${inline(each, style)}\n`,
        ),
      );
    else pairs.push(`${keyText(name, style)} = ${inline(value, style)}\n`);
  }
  return [...pairs, '\n', ...tables].join('');
}

const holds = (line: string, name: string): boolean =>
  [name, JSON.stringify(name), JSON.stringify(name).replaceAll('\u007F', '\\u007F')].some((each) =>
    line.includes(each),
  ) || Object.keys(flat(line)).includes(name);

/** The keys of a line of what `stringify` wrote, whose escapes are its own. */
function flat(line: string): Record<string, unknown> {
  const collected: Record<string, unknown> = {};
  for (const [text] of line.matchAll(/"(?:[^"\\]|\\.)*"/g)) Object.assign(collected, parse(`${text} = 1`));
  return collected;
}

test('positions: every path that the parser finds has a line, and the line holds the key', () => {
  fc.assert(
    fc.property(tree, fc.array(fc.nat({ max: 11 }), { minLength: 40, maxLength: 40 }), (table, styles) => {
      let count = 0;
      const style = (): number => styles[count++ % styles.length] ?? 0;
      for (const source of [stringify(table), written(table, style)]) {
        const [parsed, positions, lines] = [parse(source), new Positions(source), source.split('\n')];
        for (const path of pathsOf(parsed)) {
          const line = lines[(positions.lineOf(path) ?? 0) - 1];
          assert.ok(line !== undefined, `${JSON.stringify(path)} in\n${source}`);
          const name = path.at(-1);
          if (typeof name === 'string')
            assert.ok(holds(line, name), `${JSON.stringify(path)} on ${line} in\n${source}`);
        }
      }
    }),
    { numRuns: 500 },
  );
});
