import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatRepresentation, parseMode, parseRepresentation, parseStructure } from './representation.js';
import type { Representation } from './representation.js';

const types: [string, Representation][] = [
  ['A', { type: 'A', format: 'N' }],
  ['a', { type: 'A', format: 'N' }],
  ['A N', { type: 'A', format: 'N' }],
  ['A T', { type: 'A', format: 'T' }],
  ['a c', { type: 'A', format: 'C' }],
  ['E', { type: 'E', format: 'N' }],
  ['E T', { type: 'E', format: 'T' }],
  ['I', { type: 'I' }],
  ['i', { type: 'I' }],
  ['L 8', { type: 'L', byteSize: 8 }],
  ['l8', { type: 'L', byteSize: 8 }],
  ['L 7', { type: 'L', byteSize: 7 }],
  ['L 36', { type: 'L', byteSize: 36 }],
  ['L 255', { type: 'L', byteSize: 255 }],
];

for (const [text, representation] of types) {
  test(`TYPE ${text} is read as ${JSON.stringify(representation)}`, () => {
    assert.deepEqual(parseRepresentation(text), representation);
  });
}

test('a malformed type is refused', () => {
  const malformed = [
    '',
    ' ',
    'X',
    'A  N',
    'A N ',
    ' A',
    'AN',
    'A X',
    'A N T',
    'I N',
    'I ',
    'II',
    'L',
    'L ',
    'L 0',
    'L 08',
  ];
  malformed.push('L 256', 'L -8', 'L 8 8', 'L 1e1', 'L  8', 'L 8\n', 'E8', '8', 'ſ', 'ı');
  for (const text of malformed) {
    assert.throws(() => parseRepresentation(text), { name: 'SyntaxFault', part: 'type' }, JSON.stringify(text));
  }
});

test('every representation survives being formatted and parsed', () => {
  const plain = { noNullPrototype: true };
  const representation = fc.oneof(
    fc.record({ type: fc.constantFrom('A', 'E'), format: fc.constantFrom('N', 'T', 'C') }, plain),
    fc.constant({ type: 'I' } as const),
    fc.record({ type: fc.constant('L'), byteSize: fc.integer({ min: 1, max: 255 }) }, plain),
  );
  fc.assert(
    fc.property(representation, (value) => assert.deepEqual(parseRepresentation(formatRepresentation(value)), value)),
  );
});

test('the default format is not written', () => {
  assert.equal(formatRepresentation({ type: 'A', format: 'N' }), 'A');
  assert.equal(formatRepresentation({ type: 'E', format: 'C' }), 'E C');
  assert.equal(formatRepresentation({ type: 'L', byteSize: 8 }), 'L 8');
});

test('structures and modes are read in either case and others refused', () => {
  assert.deepEqual(['F', 'r', 'P'].map(parseStructure), ['F', 'R', 'P']);
  assert.deepEqual(['s', 'B', 'c', 'Z'].map(parseMode), ['S', 'B', 'C', 'Z']);
  for (const text of ['', 'X', 'F ', 'FF', ' R']) assert.throws(() => parseStructure(text), { part: 'structure' });
  for (const text of ['', 'X', 'S ', 'SS', 'ſ']) assert.throws(() => parseMode(text), { part: 'mode' });
});
