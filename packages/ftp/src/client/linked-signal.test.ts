import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { LinkedSignal } from './linked-signal.js';

test('any source ends it, with its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const linked = new LinkedSignal(one.signal, undefined, other.signal);
  other.abort('because');
  assert.equal(linked.signal.aborted, true);
  assert.equal(linked.signal.reason, 'because');
});

test('a source that has ended already ends it at once', () => {
  assert.equal(new LinkedSignal(AbortSignal.abort('before')).signal.reason, 'before');
});

test('a time limit that nobody else holds ends it', async () => {
  const awake = setInterval(() => {}, 1_000); // such a limit keeps no process running
  const linked = new LinkedSignal(AbortSignal.timeout(20), new AbortController().signal);
  await once(linked.signal, 'abort');
  clearInterval(awake);
});

test('once unlinked it hears nothing, and the sources hold nothing of it', () => {
  const source = new AbortController();
  const linked = new LinkedSignal(source.signal);
  linked.unlink();
  source.abort();
  assert.equal(linked.signal.aborted, false);
});
