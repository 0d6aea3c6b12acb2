import assert from 'node:assert/strict';
import test from 'node:test';
import {
  depthOf,
  foldName,
  folderOf,
  isPartialName,
  localNameFault,
  partialName,
  remoteNameFault,
  staysInside,
} from './names.js';
import { collisionsOf } from './pair-names.js';

const UNSAFE = ['', '.', '..', 'a/b', '../x', 'a\0b', '\udcff', 'x'.repeat(256), 'é'.repeat(128)];
const SAFE = ['a', '...', '.a', 'a b', 'é'.repeat(127), 'con', 'a:b', String.raw`a\b`, '-rf', '\n'];
const UNSAFE_ON_WINDOWS = [
  'con',
  'CON.txt',
  'nul',
  'com1',
  'LPT9.a',
  'a:b',
  String.raw`a\b`,
  'a*',
  'a.',
  'a ',
  'a\u0001',
  '"',
];

test('a local folder holds names of one component, in UTF-8, not too long', () => {
  for (const name of UNSAFE) assert.ok(localNameFault('/root', name, 'linux'), JSON.stringify(name));
  for (const name of SAFE) assert.equal(localNameFault('/root', name, 'linux'), undefined, name);
  assert.ok(localNameFault(`/${'x'.repeat(4000)}`, 'y'.repeat(100), 'linux'));
});

test('Windows holds no devices, no colons and no dots at the end', () => {
  for (const name of [...UNSAFE, ...UNSAFE_ON_WINDOWS]) assert.ok(localNameFault('C:', name, 'win32'), name);
  for (const name of ['a', 'console', 'com', 'com10', 'a.b', 'é']) {
    assert.equal(localNameFault('C:', name, 'win32'), undefined, name);
  }
});

test('a name with a line end is not sent to a server', () => {
  for (const name of ['', '.', '..', 'a/b', 'a\r\nDELE b', 'a\nb', 'a\0', '\u{FFFD}']) assert.ok(remoteNameFault(name));
  for (const name of ['a', 'a b', String.raw`a\b`, '\udcff']) assert.equal(remoteNameFault(name), undefined);
});

for (const { target, depth, inside } of [
  { target: 'a', depth: 0, inside: true },
  { target: './a/b', depth: 0, inside: true },
  { target: '../a', depth: 1, inside: true },
  { target: '..', depth: 1, inside: true },
  { target: '..', depth: 0, inside: false },
  { target: '../../a', depth: 1, inside: false },
  { target: '/etc/passwd', depth: 5, inside: false },
  { target: 'a/../b', depth: 5, inside: false },
  { target: '../a/..', depth: 5, inside: false },
  { target: '', depth: 5, inside: false },
  { target: String.raw`..\a`, depth: 5, inside: false },
]) {
  test(`a link to ${JSON.stringify(target)}, ${depth} levels down, ${inside ? 'stays inside' : 'is refused'}`, () => {
    assert.equal(staysInside(target, depth), inside);
  });
}

test('names that differ by case or Unicode form fold to one', () => {
  assert.equal(foldName('CAFÉ'), foldName('cafe\u0301'));
  assert.notEqual(foldName('a'), foldName('b'));
});

test('of names that collide, the one that is on the target has the place, else the first', () => {
  const names = ['A', 'a', 'B', 'b', 'c'];
  const collisions = collisionsOf(names, new Map([['b', { type: 'file' }]]));
  assert.deepEqual(
    [...collisions],
    [
      ['a', 'A'],
      ['B', 'b'],
    ],
  );
});

test('a partial file has a name of its own for each state of the source', () => {
  const source = {
    type: 'file',
    size: 1,
    modified: { at: '2024-01-01T00:00:00.000Z', precision: 'second', zone: 'utc' },
  } as const;
  const name = partialName('a', source);
  assert.ok(isPartialName(name));
  assert.equal(partialName('a', { ...source }), name);
  assert.notEqual(partialName('b', source), name);
  assert.notEqual(partialName('a', { ...source, size: 2 }), name);
  assert.ok(!isPartialName('.twinport-x.part'));
});

test('paths relative to a root', () => {
  assert.deepEqual(['', 'a', 'a/b'].map(folderOf), ['', '', 'a']);
  assert.deepEqual(['', 'a', 'a/b'].map(depthOf), [0, 1, 2]);
});
