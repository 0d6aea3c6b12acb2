import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Agent } from './agent.js';
import { Host } from './network.js';

/** On which every program ends at once. */
class DeadHost extends Host {
  override get wrapper(): readonly string[] {
    return ['true'];
  }
}

test('questions to a program that has ended are rejected, however many', async () => {
  const agent = new Agent(new DeadHost('dead'), 'client-agent.js', new AbortController().signal);
  const asked = await Promise.allSettled([1, 2, 3].map(async (id) => await agent.ask({ id })));
  assert.deepEqual(
    asked.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
});
