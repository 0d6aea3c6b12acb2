import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SyntaxFault } from '../syntax-fault.js';
import { isComponent } from './listed-entry.js';
import { ListingParser } from './listing-parser.js';
import { parseMlstFacts } from './mlsx.js';

test('the line of an MLST reply names the last component of its path', () => {
  const table: readonly (readonly [line: string, name: string, type: string])[] = [
    [' type=file;size=7; /pub/a b.txt', 'a b.txt', 'file'],
    ['type=file;size=7; /pub/a b.txt', 'a b.txt', 'file'],
    [' type=file;size=7; a.txt', 'a.txt', 'file'],
    [' type=dir; /pub/docs', 'docs', 'directory'],
    [' type=dir; /pub/docs/', 'docs', 'directory'],
    [' type=cdir; /pub', 'pub', 'directory'],
    [' Type=pdir; /pub', 'pub', 'directory'],
    [' type=dir; /', '/', 'directory'],
    [' type=dir; //', '/', 'directory'],
    [' type=OS.unix=slink:/x y; /pub/latest', 'latest', 'link'],
    ['  /pub/two words', 'two words', 'file'],
    [' /pub/two words', 'two words', 'file'],
    [' type=file;  leading', ' leading', 'file'],
    [' type=file; /pub/C:\\x', 'C:\\x', 'file'],
  ];
  for (const [line, name, type] of table) {
    const entry = parseMlstFacts(line);
    assert.deepEqual([entry.name, entry.type, entry.raw, entry.format], [name, type, line, 'mlsd'], line);
  }
});

test('an MLST line says everything that a line of MLSD does', () => {
  const line =
    ' type=OS.unix=slink:a.txt;size=5;modify=20240102030405.678;perm=adf;unique=u1;unix.mode=0777; /pub/latest';
  assert.deepEqual(parseMlstFacts(line), {
    name: 'latest',
    type: 'link',
    size: 5,
    modified: { at: new Date('2024-01-02T03:04:05.678Z'), precision: 'millisecond', zone: 'utc' },
    perm: 'adf',
    unique: 'u1',
    mode: 0o777,
    target: 'a.txt',
    facts: new Map([
      ['type', 'OS.unix=slink:a.txt'],
      ['size', '5'],
      ['modify', '20240102030405.678'],
      ['perm', 'adf'],
      ['unique', 'u1'],
      ['unix.mode', '0777'],
    ]),
    format: 'mlsd',
    raw: line,
  });
});

test('an MLST line without a name is a fault', () => {
  for (const line of [
    '',
    ' ',
    'type=file;',
    ' type=file; ',
    ' type=dir; .',
    ' type=dir; /a/..',
    ' type; a',
    ' type=file; a\nb',
    '/a',
  ]) {
    assert.throws(
      () => parseMlstFacts(line),
      (error) => error instanceof SyntaxFault && error.part === 'facts',
      line,
    );
  }
});

test('a line of MLSD without any facts is a name only when the caller names the format', () => {
  const line = ' two words';
  const [entry] = new ListingParser({ now: new Date(0), format: 'mlsd' }).push(line);
  assert.deepEqual(entry, { name: 'two words', type: 'file', facts: new Map(), format: 'mlsd', raw: line });
  assert.deepEqual(new ListingParser({ now: new Date(0) }).push(line), []);
});

test('an MLST line of any text is an entry or a fault', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(' ', '/', '.', 'a', ';', '=', 'type', '\n', '\0', '%') }), (line) => {
      try {
        const { name } = parseMlstFacts(line);
        assert.ok(name === '/' || isComponent(name), line);
      } catch (error) {
        assert.ok(error instanceof SyntaxFault, line);
      }
    }),
    { numRuns: 1000 },
  );
});
