import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Misbehaviour } from './kit/misbehaviour.js';
import { play } from './kit/misbehaviour-run.js';
import { ABORTS } from './misbehaviours/aborts-table.js';
import { DATA_CONNECTIONS } from './misbehaviours/data-connections-table.js';
import { DOWNLOADS } from './misbehaviours/downloads-table.js';
import { GREETINGS } from './misbehaviours/greetings-table.js';
import { LISTINGS } from './misbehaviours/listings-table.js';
import { LIVES } from './misbehaviours/lives-table.js';
import { LOGINS } from './misbehaviours/login-table.js';
import { OPERATIONS } from './misbehaviours/operations-table.js';
import { POOLS } from './misbehaviours/pool-table.js';
import { STRAYS } from './misbehaviours/strays-table.js';
import { TLS } from './misbehaviours/tls-table.js';
import { UPLOADS } from './misbehaviours/uploads-table.js';

const TABLES: Readonly<Record<string, readonly Misbehaviour[]>> = {
  greetings: GREETINGS,
  logins: LOGINS,
  'replies nobody asked for, and none': STRAYS,
  'data connections': DATA_CONNECTIONS,
  downloads: DOWNLOADS,
  uploads: UPLOADS,
  listings: LISTINGS,
  operations: OPERATIONS,
  aborts: ABORTS,
  TLS,
  'lives and remains': LIVES,
  pools: POOLS,
};

for (const [about, cases] of Object.entries(TABLES)) {
  for (const each of cases) test(`${about}: ${each.name}`, () => play(each));
}

test('no two cases have the same name', () => {
  const names = Object.values(TABLES).flatMap((cases) => cases.map(({ name }) => name));
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});
