import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host } from './network.js';

/** More than a pipe holds. */
const LONG = '#'.repeat(1_000_000);

/** On which no program starts. */
class NoHost extends Host {
  override get wrapper(): readonly string[] {
    return ['false'];
  }
}

test('commands that nobody reads to their end are rejected', async () => {
  await assert.rejects(new NoHost('none').run(`true\n${LONG}`), { code: 1 });
});
