import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeldAnswers } from './held-answers.js';

test('an answer is held back for the delay, and let go when the session or the server ends', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const held = new HeldAnswers();
  let answered = false;
  const first = held.hold(100, new AbortController().signal).then(() => {
    answered = true;
  });
  t.mock.timers.tick(99);
  await Promise.resolve();
  assert.equal(answered, false);
  t.mock.timers.tick(1);
  await first;
  const session = new AbortController();
  const given = held.hold(100, session.signal);
  session.abort();
  await given;
  const other = held.hold(100, new AbortController().signal);
  held.release();
  await other;
});
