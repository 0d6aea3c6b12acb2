import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type TomlTable, parse, stringify } from 'smol-toml';
import { withTables } from './table-text.js';

function withTable(source: string, name: string, table: TomlTable | undefined): string {
  return withTables(source, new Map([[name, table]]));
}

const SOURCE = `# my sites

# the first
[one] # still the first
url = "ftp://one/" # here

# in a folder
["work/two"]
host = "two"
pins = [
  "a",
]

# the last
[three]
host = "three"
`;

test('a table is added at the end, all else as it was', () => {
  assert.equal(withTable(SOURCE, 'four', { host: 'four' }), `${SOURCE}\n[four]\nhost = "four"\n`);
  assert.equal(withTable('', 'four', { host: 'four' }), '[four]\nhost = "four"\n');
  assert.equal(withTable('[a]\nhost = "a"', 'b', { host: 'b' }), '[a]\nhost = "a"\n\n[b]\nhost = "b"\n');
});

test('a table is replaced where it is; comments of the others stay', () => {
  const text = withTable(SOURCE, 'work/two', { host: 'new' });
  assert.equal(
    text,
    SOURCE.replace('["work/two"]\nhost = "two"\npins = [\n  "a",\n]\n', '["work/two"]\nhost = "new"\n'),
  );
});

test('a table is removed, first, in the middle and last', () => {
  for (const name of ['one', 'work/two', 'three']) {
    const { [name]: _removed, ...others } = parse(SOURCE);
    const text = withTable(SOURCE, name, undefined);
    assert.deepEqual({ ...parse(text) }, others);
    assert.match(text, /# my sites/);
    assert.equal(text.match(/^#.*$/gm)?.length, 3, 'its own comment goes with it');
  }
});

test('what looks like a heading in a text of several lines, and inline tables, come out right', () => {
  const tricky = `a = { host = "a" }\n[b]\npath = """\n[a]\nhost = 1\n"""\n`;
  for (const name of ['a', 'b', 'c']) {
    const { [name]: _before, ...others } = parse(tricky);
    assert.deepEqual({ ...parse(withTable(tricky, name, { host: 'x' })) }, { ...others, [name]: parse('host = "x"') });
    assert.deepEqual({ ...parse(withTable(tricky, name, undefined)) }, others);
  }
});

test('several changes at once', () => {
  const changes = new Map([
    ['one', undefined],
    ['three', { host: 'new' }],
    ['four', { host: 'four' }],
    ['five', { host: 'five' }],
  ]);
  const start = SOURCE.indexOf('# the first');
  const end = SOURCE.indexOf('\n# in a folder');
  const kept = (SOURCE.slice(0, start) + SOURCE.slice(end)).replace('host = "three"', 'host = "new"');
  assert.equal(withTables(SOURCE, changes), `${kept}\n[four]\nhost = "four"\n\n[five]\nhost = "five"\n`);
});

test('whatever the tables are, withTable gives those and the new one', () => {
  const name = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a', 'b', 'a.b', 'a/b', '[a]', '"', "'", '#'));
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('[a]', '\n[a]\n', '"""', '# x'));
  const table = fc.dictionary(fc.constantFrom('host', 'path'), text);
  const safe = name.filter((each) => each !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(safe, table), safe, fc.option(table, { nil: undefined }), (tables, changed, given) => {
      const { [changed]: _before, ...others } = tables;
      const wanted = given === undefined ? others : { ...others, [changed]: given };
      assert.deepEqual(parse(withTable(stringify(tables), changed, given)), parse(stringify(wanted)));
    }),
    { numRuns: 500 },
  );
});
