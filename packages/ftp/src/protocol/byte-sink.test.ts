import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteSink } from './byte-sink.js';
import { bytes, latin1 } from './split-points.test.js';

test('a sink grows past its capacity, whatever writes to it', () => {
  const sink = new ByteSink(0);
  sink.put(0x61);
  sink.fill(0x62, 3);
  sink.copy(bytes('-cde-'), 1, 4);
  sink.copyUntil(bytes('xfg!'), 1, 0x21);
  assert.equal(sink.length, 9);
  assert.equal(latin1(sink.take()), 'abbbcdefg');
});

test('copyUntil stops at the first stop byte, near or far, or at the end', () => {
  for (let at = 0; at < 100; at++) {
    const text = `${'a'.repeat(at)}!${'b'.repeat(10)}!`;
    const sink = new ByteSink(1);
    assert.equal(sink.copyUntil(bytes(text), 0, 0x21), at);
    assert.equal(latin1(sink.take()), 'a'.repeat(at));
    const whole = new ByteSink(1);
    assert.equal(whole.copyUntil(bytes(text), 0, 0x3f), text.length);
    assert.equal(latin1(whole.take()), text);
  }
});
