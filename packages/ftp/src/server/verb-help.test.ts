import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { columns } from './verb-help.js';

test('names stand in columns under each other', () => {
  const names = Array.from({ length: 10 }, (_, index) => `VERB${index}`);
  assert.deepEqual(columns(names), ['VERB0  VERB1  VERB2  VERB3  VERB4  VERB5  VERB6  VERB7  VERB8  VERB9']);
  assert.deepEqual(columns([...names, 'A']).at(1), 'A');
  assert.deepEqual(columns([]), []);
});

test('no name is lost, and no line is longer than 72 characters', () => {
  const name = fc.stringMatching(/^[A-Z]{1,60}$/);
  fc.assert(
    fc.property(fc.array(name), (names) => {
      const lines = columns(names);
      assert.deepEqual(
        lines.flatMap((line) => line.split(/ +/)),
        names,
      );
      assert.ok(lines.every((line) => line.length <= 72));
    }),
  );
});
