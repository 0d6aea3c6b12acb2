import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHostPort } from '../../protocol/index.js';
import {
  CAUSES,
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type NetworkPath,
  type Timeline,
  WAYS,
  type Way,
  exampleAddresses,
  modeOfWay,
  simulate,
} from '../rules/index.js';
import { diagnose } from './diagnose.js';
import { KNOWLEDGE } from './knowledge-table.js';
import type { Failure, Observations, Security, WayObservation } from './observations.js';

const KINDS = [
  'helper+range',
  'helper',
  'range',
  'stateless',
  'control',
  'none',
  'related',
  'helper-too-early',
] as const;

/** What a client would see of what the model predicts. */
function observed(path: NetworkPath, way: Way, timeline: Timeline, tls: boolean): WayObservation {
  const { client, server } = exampleAddresses(path, 'ipv4');
  const { outcome } = timeline.conclusion;
  const failure = failureOf(outcome, way);
  const announced =
    modeOfWay(way) === 'passive' ? announcedIn(timeline, server.seen) : { host: client.own, port: 36_086 };
  return {
    kind: 'way',
    way,
    family: 'ipv4',
    security: tls ? 'explicit' : 'clear',
    server: { host: server.seen, port: 21 },
    client: { host: client.own, port: 41_960 },
    answer: way.startsWith('PASV') ? ['227 Entering Passive Mode (1,2,3,4,5,6)'] : [],
    announced,
    strangers: [],
    ...(failure && { failure }),
  };
}

function failureOf(outcome: Timeline['conclusion']['outcome'], way: Way): Failure | undefined {
  const base = { milliseconds: 1 };
  if (outcome === 'ok') return undefined;
  if (outcome === '500')
    return { ...base, at: 'negotiation', how: 'reply', code: 500, text: `500 Illegal ${way} command.` };
  return { ...base, at: 'opening', how: outcome === 'refused' ? 'refused' : 'silence', text: outcome };
}

/** The 227 as it gets to the client. */
function announcedIn({ steps }: Timeline, host: string): { host: string; port: number } {
  const reply = steps.find(({ kind, text }) => kind === 'reply' && text.startsWith('22'));
  const text = [reply?.text ?? '', ...(reply?.hops ?? []).flatMap(({ after }) => after ?? [])].at(-1) ?? '';
  const numbers = /\((\d[\d,]+)\)/.exec(text)?.[1];
  return numbers === undefined ? { host, port: 50_000 } : parseHostPort(numbers);
}

function seenBy(
  path: NetworkPath,
  announced: string | undefined,
  security: readonly Security[],
): Observations & { causes: Map<WayObservation, string> } {
  const causes = new Map<WayObservation, string>();
  for (const kind of security) {
    for (const way of WAYS) {
      const tls = kind !== 'clear';
      const timeline = simulate({
        plan: { ...DEFAULT_PLAN, announced, tls: tls ? 'explicit' : 'none' },
        path,
        way,
        tls,
      });
      causes.set(observed(path, way, timeline, tls), timeline.conclusion.cause ?? '');
    }
  }
  const name = { kind: 'name', host: 'ftp.example', families: ['ipv4'] } as const;
  const base = { host: 'ftp.example', port: 21, security: security[0] ?? 'clear', name, logins: [], transfers: [] };
  return { ...base, ways: [...causes.keys()], causes };
}

for (const [clientNat, serverNat, announces] of [
  [false, false, false],
  [true, false, false],
  [false, true, false],
  [false, true, true],
  [true, true, false],
  [true, true, true],
] as const) {
  for (const kind of KINDS) {
    for (const security of [['clear'], ['explicit'], ['clear', 'explicit']] as const) {
      const nat = `${clientNat ? 'client' : ''}${serverNat ? 'server' : ''}${announces ? '+pa' : ''}` || 'none';
      test(`the doctor finds what the model predicts: NAT ${nat}, ${kind}, ${security.join(' and ')}`, () => {
        const firewall = FIREWALL_KINDS[kind];
        const path = { clientNat, serverNat, clientFirewall: firewall, serverFirewall: firewall };
        const { causes, ...seen } = seenBy(
          path,
          announces ? exampleAddresses(path, 'ipv4').server.seen : undefined,
          security,
        );
        const { findings, failing } = diagnose(seen);
        const evidence = findings.flatMap(({ evidence: lines }) => lines);
        assert.equal(new Set(evidence).size, failing.length, 'each failure is explained once');
        for (const [way, cause] of causes) {
          const alone = findings.filter(({ evidence: lines }) =>
            lines.some((line) => way.failure && line.startsWith(labelOf(way))),
          );
          if (!way.failure) assert.deepEqual(alone, []);
          else
            assert.ok(
              alone.some(({ id, alike }) => id === cause || alike.includes(cause)),
              `${way.way} ${way.security}: ${cause}, not ${alone.map(({ id }) => id).join()}`,
            );
        }
      });
    }
  }
}

/** How evidence of it begins. */
function labelOf({ way, security }: WayObservation): string {
  const names: Partial<Record<Way, string>> = { PASV: 'PASV (believed)', PASVi: 'PASV (own address)' };
  return `${names[way] ?? way}${security === 'clear' ? ',' : ' in TLS,'}`;
}

test('a way that works on one port and not on another is a range that is open in part', () => {
  const path = { clientNat: false, serverNat: false, clientFirewall: {}, serverFirewall: {} };
  const way = (works: boolean): WayObservation => {
    const { failure, ...rest } = observed(
      path,
      'EPSV',
      simulate({ plan: DEFAULT_PLAN, path, way: 'EPSV', tls: false }),
      false,
    );
    return works ? rest : { ...rest, ...(failure && { failure }) };
  };
  const name = { kind: 'name', host: 'ftp.example', families: ['ipv4'] } as const;
  const base = { host: 'ftp.example', port: 21, security: 'clear', name, logins: [], transfers: [] } as const;
  const idsOf = (ways: readonly WayObservation[]): readonly string[] =>
    diagnose({ ...base, ways }).findings.map(({ id }) => id);
  assert.deepEqual(idsOf([way(true), way(false), way(true)]), ['RANGE_PARTIAL']);
  assert.deepEqual(idsOf([way(false), way(false)]), ['RANGE_DROP']);
  assert.deepEqual(idsOf([way(true), way(true)]), []);
});

const ids = new Set(KNOWLEDGE.map(({ id }) => id));

test('every cause of the model is a row, and no row is there twice', () => {
  assert.deepEqual(
    Object.keys(CAUSES).filter((id) => !ids.has(id)),
    [],
  );
  assert.equal(ids.size, KNOWLEDGE.length);
});

test('what looks the same as a row is a row', () => {
  for (const { id, alike = [] } of KNOWLEDGE)
    assert.deepEqual(
      alike.filter((other) => !ids.has(other)),
      [],
      id,
    );
});
