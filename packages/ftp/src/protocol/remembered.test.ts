import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from './remembered.js';

test('a result is made once, until another number takes its slot', () => {
  const made: number[] = [];
  const double = remembered(10, (number) => {
    made.push(number);
    return 2 * number;
  });
  assert.deepEqual([3, 3, -3, 3, 13, 13, 3].map(double), [6, 6, -6, 6, 26, 26, 6]);
  assert.deepEqual(made, [3, -3, 3, 13, 3]);
});
