import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceOf } from './explain-captures.js';

test('a source has the role that its name says, and none where the name says nothing', () => {
  for (const [text, role] of [
    ['server=a.pcap', 'server'],
    ['client-nat=a.pcap', 'client-device'],
    ['constructor=a.pcap', undefined],
    ['a.pcap', undefined],
  ] as const)
    assert.equal(sourceOf(text).vantage.role, role);
});
