import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  FACTS,
  formatFacts,
  formatFactsLine,
  parseFactSelection,
  parseFactsLine,
  permFact,
  type FactPermission,
  type FactsEntry,
} from './facts.js';
import type { EntryType } from './entry.js';
import { SyntaxFault } from './syntax-fault.js';
import { decodeText, encodeText } from './text.js';
import { isListable } from './unix-listing.js';

const everything = new Set(FACTS);
const file: FactsEntry = {
  name: 'a b',
  type: 'file',
  size: 1234,
  modified: new Date('2024-07-02T15:04:09.999Z'),
  mode: 0o644,
  owner: 'owner',
  group: 'group',
  links: 1,
  unique: '801u2f',
};
const facts = (change: Partial<FactsEntry>, ...selected: string[]) =>
  formatFacts({ ...file, ...change }, new Set(selected), 'r');

test('a line has the selected facts, a space and the name', () => {
  assert.equal(
    formatFactsLine({ ...file, created: new Date('0987-01-02T03:04:05Z') }, file.name, everything, 'adfrw'),
    'type=file;size=1234;modify=20240702150409;create=09870102030405;perm=adfrw;unique=801u2f;UNIX.mode=0644;UNIX.owner=owner;UNIX.group=group; a b',
  );
  assert.equal(formatFactsLine(file, '/x/a b', new Set(['size']), ''), 'size=1234; /x/a b');
  assert.equal(formatFactsLine(file, 'a b', new Set(), 'r'), ' a b');
  assert.equal(formatFactsLine(file, 'a b', new Set(['perm', 'nonsense']), ''), 'perm=; a b');
});

test('the type fact names files, directories, the listed directory and links', () => {
  assert.equal(facts({ type: 'file' }, 'type'), 'type=file;');
  assert.equal(facts({ type: 'directory' }, 'type'), 'type=dir;');
  assert.equal(facts({ type: 'directory', role: 'cdir' }, 'type'), 'type=cdir;');
  assert.equal(facts({ type: 'directory', role: 'pdir' }, 'type'), 'type=pdir;');
  assert.equal(facts({ type: 'link', target: 'x;\r\ny' }, 'type'), 'type=OS.unix=symlink;');
  assert.equal(facts({ type: 'other' }, 'type'), 'type=OS.unix=other;');
});

test('a fact that does not apply or is not known is left out', () => {
  assert.equal(facts({ type: 'directory' }, 'size', 'create'), '');
  assert.equal(facts({ modified: new Date(Number.NaN), created: new Date(8.64e15) }, 'modify', 'create'), '');
  assert.equal(facts({ modified: new Date('9999-12-31T23:59:59Z') }, 'modify'), 'modify=99991231235959;');
  assert.equal(facts({ modified: new Date(253_402_300_800_000) }, 'modify'), '');
  assert.equal(facts({ modified: new Date('0001-01-01T00:00:00Z') }, 'modify'), 'modify=00010101000000;');
  assert.equal(facts({ modified: new Date(-62_135_596_800_001) }, 'modify'), '');
});

test('the mode has four octal digits', () => {
  for (const [mode, expected] of [
    [0, '0000'],
    [0o7777, '7777'],
    [0o100755, '0755'],
  ] as const) {
    assert.equal(facts({ mode }, 'UNIX.mode'), `UNIX.mode=${expected};`);
  }
});

test('a value that could end its fact or its line is escaped', () => {
  assert.equal(facts({ owner: 'a;b c\r\n' }, 'UNIX.owner'), 'UNIX.owner=a%3Bb%20c%0D%0A;');
  assert.equal(facts({ group: 'é%\uDCFF' }, 'UNIX.group'), 'UNIX.group=%C3%A9%25%FF;');
  assert.equal(facts({ unique: 'a/b=c' }, 'unique'), 'unique=a/b=c;');
});

test('values that differ stay different when they are escaped', () => {
  const wireText = fc.uint8Array({ maxLength: 12 }).map(decodeText);
  fc.assert(
    fc.property(wireText, (unique) => {
      const value = parseFactsLine(`${facts({ unique }, 'unique')} x`).facts.get('unique') ?? '';
      assert.match(value, /^[!-:<-~]*$/u);
      const octets = value.replaceAll(/%([0-9A-F]{2})/gu, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      );
      assert.equal(octets, String.fromCharCode(...encodeText(unique)));
    }),
  );
});

test('perm tells what may be done with the entry', () => {
  const table: readonly (readonly [FactPermission, Readonly<Record<EntryType, string>>])[] = [
    ['list', { file: '', directory: 'el', link: '', other: '' }],
    ['read', { file: 'r', directory: '', link: '', other: '' }],
    ['write', { file: '', directory: 'c', link: '', other: '' }],
    ['append', { file: 'a', directory: '', link: '', other: '' }],
    ['overwrite', { file: 'w', directory: '', link: '', other: '' }],
    ['delete', { file: 'd', directory: 'p', link: 'd', other: 'd' }],
    ['rename', { file: 'f', directory: 'f', link: 'f', other: 'f' }],
    ['makeDirectory', { file: '', directory: 'm', link: '', other: '' }],
    ['removeDirectory', { file: '', directory: 'dp', link: '', other: '' }],
  ];
  const types = ['file', 'directory', 'link', 'other'] as const;
  for (const [permission, expected] of table) {
    for (const type of types)
      assert.equal(permFact({ name: 'x', type }, new Set([permission])), expected[type], `${permission} of a ${type}`);
  }
  const all = new Set(table.map(([permission]) => permission));
  assert.deepEqual(
    types.map((type) => permFact({ name: 'x', type }, all)),
    ['adfrw', 'cdeflmp', 'df', 'df'],
  );
  assert.equal(permFact({ name: '/', type: 'directory' }, all), 'celmp');
});

test('a line of facts is read with its keys in lower case', () => {
  const table: readonly (readonly [text: string, facts: Readonly<Record<string, string>>, name: string])[] = [
    ['type=file;size=7; a b', { type: 'file', size: '7' }, 'a b'],
    ['Type=OS.unix=slink:/x;UNIX.Mode=0644; a', { type: 'OS.unix=slink:/x', 'unix.mode': '0644' }, 'a'],
    [' a', {}, 'a'],
    ['  a', {}, ' a'],
    ['perm=; a;b=c; d', { perm: '' }, 'a;b=c; d'],
    ['size=7 a', { size: '7' }, 'a'],
    ['size=7;  a ', { size: '7' }, ' a '],
  ];
  for (const [text, expected, name] of table) {
    const parsed = parseFactsLine(text);
    assert.deepEqual(Object.fromEntries(parsed.facts), expected, text);
    assert.equal(parsed.name, name);
  }
});

test('a line that is not facts and a name is refused', () => {
  const lines = [
    '',
    ' ',
    'a',
    'size=7;',
    'size=7; ',
    '; a',
    'size=7;; a',
    'size; a',
    '=7; a',
    'size=7; a\rb',
    'size=7; \0',
  ];
  for (const line of [...lines, '-rw-r--r-- 1 o g 7 Jan 02 15:04 a']) {
    assert.throws(
      () => parseFactsLine(line),
      (error) => error instanceof SyntaxFault && error.part === 'facts',
      line,
    );
  }
});

test('a line of facts that was formatted reads back as what it was made from', () => {
  const wireText = fc.uint8Array({ minLength: 1, maxLength: 30 }).map(decodeText);
  const entry = fc.record({
    type: fc.constantFrom('file' as const, 'directory' as const, 'link' as const, 'other' as const),
    size: fc.maxSafeNat(),
    modified: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    owner: wireText,
  });
  const selection = fc.subarray([...FACTS]);
  fc.assert(
    fc.property(entry, wireText.filter(isListable), selection, (change, name, selected) => {
      const line = decodeText(encodeText(formatFactsLine({ ...file, ...change }, name, new Set(selected), 'r')));
      const parsed = parseFactsLine(line);
      assert.equal(parsed.name, name);
      const shown = selected.filter((fact) => fact !== 'create' && (fact !== 'size' || change.type === 'file'));
      assert.deepEqual(
        [...parsed.facts.keys()],
        shown.map((fact) => fact.toLowerCase()),
      );
      if (shown.includes('size')) assert.equal(Number(parsed.facts.get('size')), change.size);
      if (shown.includes('UNIX.mode'))
        assert.equal(Number.parseInt(parsed.facts.get('unix.mode') ?? '', 8), change.mode);
      const stamp = change.modified.toISOString().replaceAll(/[-T:]|\..*/gu, '');
      if (shown.includes('modify')) assert.equal(parsed.facts.get('modify'), stamp);
    }),
  );
});

test('OPTS MLST selects known facts in any case and drops the others', () => {
  const table: readonly (readonly [text: string, selected: readonly string[]])[] = [
    ['type;size;', ['type', 'size']],
    ['SIZE;Type;', ['type', 'size']],
    ['size', ['size']],
    ['unix.MODE;media-type;size;size;', ['size', 'UNIX.mode']],
    ['', []],
    [';;', []],
    ['nonsense;', []],
  ];
  for (const [text, selected] of table) assert.deepEqual(parseFactSelection(text, FACTS), selected, text);
  assert.deepEqual(parseFactSelection(`${FACTS.join(';')};`, FACTS), FACTS);
});
