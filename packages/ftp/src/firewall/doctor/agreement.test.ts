// What the client says of data connections that failed, and what the doctor says of the same: they may never disagree.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataAttempt } from '../../client/errors.js';
import { explainAttempts } from '../../client/explain-attempts.js';
import type { Way } from '../rules/index.js';
import { diagnose } from './diagnose.js';
import { KNOWLEDGE } from './knowledge-table.js';
import type { Failure, WayObservation } from './observations.js';

const SERVER = '192.0.2.2';

interface Case {
  readonly way: Way;
  readonly host: string | undefined;
  readonly announced?: string;
  readonly outcome: string;
  readonly timedOut?: boolean;
  readonly client?: string;
  readonly id: string;
}

const SILENCE = 'no answer within 3200 ms';
const CASES: readonly Case[] = [
  { way: 'EPSV', host: SERVER, outcome: SILENCE, timedOut: true, id: 'RANGE_DROP' },
  { way: 'EPSV', host: SERVER, outcome: 'rejected', id: 'RANGE_REJECT' },
  { way: 'EPSV', host: undefined, outcome: '550 Permission denied', id: 'PASV_DISABLED' },
  { way: 'EPSV', host: undefined, outcome: '425 No passive port is free', id: 'RANGE_EXHAUSTED' },
  { way: 'PASV', host: undefined, outcome: '500 OOPS: vsf_sysutil_bind', id: 'RANGE_EXHAUSTED' },
  { way: 'PASVi', host: SERVER, announced: '10.2.0.2', outcome: SILENCE, timedOut: true, id: 'RANGE_DROP' },
  { way: 'PASVi', host: SERVER, announced: '10.2.0.2', outcome: 'rejected', id: 'RANGE_REJECT' },
  { way: 'PASV', host: '10.2.0.2', announced: '10.2.0.2', outcome: SILENCE, timedOut: true, id: 'PASV_PRIVATE' },
  { way: 'EPRT', host: '198.51.100.2', outcome: SILENCE, timedOut: true, id: 'ACTIVE_DROP' },
  { way: 'PORT', host: '198.51.100.2', outcome: '425 refused', id: 'ACTIVE_CLOSED' },
  { way: 'PORT', host: '10.1.0.2', outcome: '500 Illegal PORT command', id: 'ACTIVE_NAT' },
  { way: 'PORT', host: '10.1.0.2', outcome: SILENCE, timedOut: true, id: 'ACTIVE_NAT' },
  { way: 'PORT', host: '198.51.100.2', outcome: '500 Illegal PORT command', id: 'ACTIVE_NAT' },
  { way: 'PORT', host: '198.51.100.2', outcome: '550 Permission denied', id: 'ACTIVE_DISABLED' },
];

function attemptOf({ way, host, announced, outcome, timedOut = false }: Case): DataAttempt {
  return {
    mode: way === 'EPRT' || way === 'PORT' ? 'active' : 'passive',
    command: way === 'PASVi' ? 'PASV' : way,
    endpoint: host === undefined ? undefined : { host, port: 50_000 },
    ...(announced !== undefined && announced !== host && { announced: { host: announced, port: 50_000 } }),
    outcome,
    timedOut,
    milliseconds: 1,
  };
}

function failureOf({ outcome, host, timedOut = false }: Case): Failure {
  const code = Number(/^(\d{3}) /.exec(outcome)?.[1]);
  const base = { text: outcome, milliseconds: 1, ...(Number.isNaN(code) ? {} : { code }) };
  if (code >= 500 || host === undefined) return { ...base, at: 'negotiation', how: 'reply' };
  return { ...base, at: 'opening', how: timedOut ? 'silence' : 'refused' };
}

function observationOf(one: Case): WayObservation {
  const { way, host, announced } = one;
  const where = announced ?? host;
  return {
    kind: 'way',
    way,
    family: 'ipv4',
    security: 'clear',
    server: { host: SERVER, port: 21 },
    ...(way === 'PORT' || way === 'EPRT' ? { client: { host: host ?? '', port: 41_960 } } : {}),
    answer: [],
    ...(where !== undefined && { announced: { host: where, port: 50_000 } }),
    strangers: [],
    failure: failureOf(one),
  };
}

for (const one of CASES) {
  test(`${one.way} to ${one.host}, ${one.outcome}: the client’s hint and the doctor say ${one.id}`, () => {
    const hint = explainAttempts([attemptOf(one)], { serverHost: SERVER, tls: false });
    assert.deepEqual(
      Array.from(hint.matchAll(/\[(\w+)\]/g), ([, id]) => id),
      [one.id],
    );
    const name = { kind: 'name', host: SERVER, families: ['ipv4'] } as const;
    const seen = { host: SERVER, port: 21, security: 'clear', name, logins: [], transfers: [] } as const;
    const { findings } = diagnose({ ...seen, ways: [observationOf(one)] });
    assert.deepEqual(
      findings.map(({ id }) => id),
      [one.id],
    );
    assert.ok(KNOWLEDGE.some(({ id }) => id === one.id));
  });
}
