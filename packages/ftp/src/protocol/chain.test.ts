import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AsciiDecoder, AsciiEncoder } from './ascii.js';
import { BlockDecoder, BlockEncoder } from './block.js';
import { chain } from './chain.js';
import { PageEncoder } from './page.js';
import { bytes, checkEveryCut, run } from './split-points.test.js';

test('an empty chain changes nothing', () => {
  checkEveryCut(() => chain(), 'abc', 'abc');
});

test('transforms apply from left to right', () => {
  const wire = run(chain(new AsciiEncoder(), new BlockEncoder()), [bytes('a\n')]);
  assert.equal(wire, '\x00\x00\x03a\r\n\x40\x00\x00');
  checkEveryCut(() => chain(new BlockDecoder(), new AsciiDecoder()), wire, 'a\n');
});

test('what a transform held back to its end goes through those after it', () => {
  checkEveryCut(() => chain(new AsciiDecoder(), new PageEncoder()), 'a\r', '\x04\x00\x02\x01a\r\x04\x01\x00\x00');
});

test('a fault of one transform is the fault of the chain', () => {
  assert.throws(() => run(chain(new BlockDecoder(), new AsciiDecoder()), [bytes('\x01\x00\x00')]), { part: 'block' });
});
