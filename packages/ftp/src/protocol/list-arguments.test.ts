import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseListArgument, type ListArgument } from './list-arguments.js';

const nothing: ListArgument = {
  all: false,
  recursive: false,
  directoryItself: false,
  reverse: false,
  byTime: false,
  bySize: false,
  onePerLine: false,
  path: undefined,
};

test('LIST and NLST arguments are read as clients send them', () => {
  const table: readonly (readonly [argument: string | undefined, expected: Partial<ListArgument>])[] = [
    [undefined, {}],
    ['', {}],
    ['   ', {}],
    ['dir', { path: 'dir' }],
    ['/a/b c', { path: '/a/b c' }],
    [' dir', { path: ' dir' }],
    ['dir ', { path: 'dir ' }],
    ['-l', {}],
    ['-l ', {}],
    ['-al', { all: true }],
    ['-A', { all: true }],
    ['-la dir', { all: true, path: 'dir' }],
    ['-a -l dir', { all: true, path: 'dir' }],
    ['-a  -l dir', { all: true, path: 'dir' }],
    ['-l a b  c', { path: 'a b  c' }],
    ['-l  dir', { path: ' dir' }],
    ['-R', { recursive: true }],
    ['-lrt', { reverse: true, byTime: true }],
    ['-S1', { bySize: true, onePerLine: true }],
    ['-d /a', { directoryItself: true, path: '/a' }],
    ['-laF *.txt', { all: true, path: '*.txt' }],
    ['-CFT', {}],
    ['dir -l', { path: 'dir -l' }],
  ];
  for (const [argument, expected] of table) {
    assert.deepEqual(parseListArgument(argument), { ...nothing, ...expected }, argument);
  }
});

test('a word that is not all switches of ls is a path, dash and all', () => {
  const table: readonly (readonly [argument: string, expected: Partial<ListArgument>])[] = [
    ['-', { path: '-' }],
    ['- x', { path: '- x' }],
    ['-name-of-file', { path: '-name-of-file' }],
    ['-backup', { path: '-backup' }],
    ['--all', { path: '--all' }],
    ['---', { path: '---' }],
    ['-lé', { path: '-lé' }],
    ['-a -report.txt', { all: true, path: '-report.txt' }],
    ['-- -name', { path: '-name' }],
    ['-- -l', { path: '-l' }],
    ['-a -- -l', { all: true, path: '-l' }],
    ['-- --', { path: '--' }],
    ['--', {}],
    ['-- ', {}],
  ];
  for (const [argument, expected] of table) {
    assert.deepEqual(parseListArgument(argument), { ...nothing, ...expected }, argument);
  }
});

test('any path that is not all spaces can be named after --', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', '-la ', '-a -l '), (path, before) => {
      fc.pre(/[^ ]/u.test(path));
      assert.equal(parseListArgument(`${before}-- ${path}`).path, path);
    }),
  );
});
