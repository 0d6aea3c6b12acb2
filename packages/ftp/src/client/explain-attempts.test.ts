import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataAttempt } from './errors.js';
import { describeAttempt, explainAttempts } from './explain-attempts.js';

const SERVER = '192.0.2.2';
const CLIENT = '198.51.100.2';
const PRIVATE = '10.1.0.2';

type Way = readonly [command: string, host: string | undefined, outcome: string, more?: Partial<DataAttempt>];

function attempted([command, host, outcome, more = {}]: Way): DataAttempt {
  const mode = command === 'EPSV' || command === 'PASV' ? 'passive' : 'active';
  const endpoint = host === undefined ? undefined : { host, port: 50_001 };
  return { mode, command, endpoint, outcome, timedOut: / within /.test(outcome), milliseconds: 10, ...more };
}

const SILENCE = 'no answer within 3200 ms';
const NOBODY = 'no connection came within 3200 ms';
const ILLEGAL = '500 Illegal EPRT command: the address is not yours';

/** What has happened, what the hint says, and what it must not say. */
const CASES: readonly {
  readonly name: string;
  readonly ways: readonly Way[];
  readonly says: RegExp;
  readonly never?: RegExp;
  readonly tls?: boolean;
  readonly serverHost?: string;
}[] = [
  {
    name: 'passive range dropped',
    ways: [['EPSV', SERVER, SILENCE]],
    says: /^Passive: a firewall drops what goes from this machine to 192\.0\.2\.2 port 50001, .*Open the server's whole range of passive ports there, inwards/,
    never: /Active|TLS|IPv6/,
  },
  {
    name: 'passive range rejected',
    ways: [['EPSV', SERVER, 'rejected']],
    says: /^Passive: 192\.0\.2\.2 port 50001 rejects .*Open or forward the server's whole range/,
  },
  {
    name: 'passive range not forwarded by the NAT of a server that tells its private address',
    ways: [
      ['EPSV', SERVER, 'rejected'],
      ['PASV', SERVER, 'rejected', { announced: { host: '10.2.0.2', port: 50_001 } }],
    ],
    says: /^Passive: the server is behind NAT \(it announces 10\.2\.0\.2\).*refuses port 50001.*forward .* to 10\.2\.0\.2/,
  },
  {
    name: 'a private address in 227 that was believed',
    ways: [['PASV', '10.2.0.2', SILENCE]],
    says: /^Passive: the server announces 10\.2\.0\.2, .*trustServerAddress: false/,
  },
  {
    name: 'no passive port free',
    ways: [['EPSV', undefined, '425 No passive port is free']],
    says: /^Passive: the server itself refuses it \(425 No passive port is free\)\. \[RANGE_EXHAUSTED\]$/,
  },
  {
    name: 'active from a private address, refused',
    ways: [['EPRT', PRIVATE, ILLEGAL]],
    says: /^Active: this machine is behind NAT: it announces 10\.1\.0\.2, .*Use passive mode; or .*data\.activeAddress .*data\.activePorts.*forward that range to 10\.1\.0\.2/,
  },
  {
    name: 'active from a private address, believed and lost',
    ways: [['EPRT', PRIVATE, NOBODY]],
    says: /^Active: this machine is behind NAT/,
  },
  {
    name: 'active between private addresses is no proof of NAT',
    ways: [['EPRT', PRIVATE, NOBODY]],
    serverHost: '10.9.0.1',
    says: /^Active: a firewall drops what goes from the server to 10\.1\.0\.2 port 50001/,
    never: /NAT/,
  },
  {
    name: 'active refused, from an address that is public',
    ways: [['PORT', CLIENT, ILLEGAL]],
    says: /^Active: the server refuses to connect to 198\.51\.100\.2: it sees this client at another address, as behind NAT/,
  },
  {
    name: 'active dropped',
    ways: [['EPRT', CLIENT, NOBODY]],
    says: /^Active: a firewall drops what goes from the server to 198\.51\.100\.2 port 50001, .*Use passive mode; or set data\.activePorts .*let that range in from 192\.0\.2\.2/,
  },
  {
    name: 'active rejected',
    ways: [['EPRT', CLIENT, '425 refused']],
    says: /^Active: a firewall rejects what goes from the server to 198\.51\.100\.2/,
  },
  {
    name: 'no port to listen on',
    ways: [['EPRT', undefined, 'ports 41000 to 41000: all in use']],
    says: /^Active: this machine cannot listen \(ports 41000 to 41000: all in use\); give other ports/,
  },
  {
    name: 'both dropped: passive mode is no way out',
    ways: [
      ['EPSV', SERVER, SILENCE],
      ['EPRT', CLIENT, NOBODY],
    ],
    says: /^Passive: .*Active: .*For active mode set data\.activePorts/,
    never: /Use passive mode/,
  },
  {
    name: 'over TLS no helper reads',
    ways: [['EPSV', SERVER, SILENCE]],
    tls: true,
    says: /Over TLS a firewall cannot read the commands: its FTP helper opens nothing/,
  },
  {
    name: 'a refusal by the server is none of TLS',
    ways: [['EPRT', PRIVATE, ILLEGAL]],
    tls: true,
    says: /NAT/,
    never: /TLS/,
  },
  {
    name: 'IPv6 has rules of its own',
    ways: [['EPSV', '2001:db8:2::2', SILENCE]],
    serverHost: '2001:db8:2::2',
    says: /This is IPv6: rules for IPv4 alone do not open it\.$/,
  },
];

for (const { name, ways, says, never, tls = false, serverHost = SERVER } of CASES) {
  test(`explained: ${name}`, () => {
    const hint = explainAttempts(ways.map(attempted), { serverHost, tls });
    assert.match(hint, says);
    if (never) assert.doesNotMatch(hint, never);
  });
}

test('an attempt is described with both its ends', () => {
  assert.equal(
    describeAttempt(attempted(['EPSV', SERVER, SILENCE])),
    'EPSV (to 192.0.2.2 port 50001): no answer within 3200 ms',
  );
  assert.equal(
    describeAttempt(attempted(['PORT', CLIENT, '425 refused'])),
    'PORT (from the server to 198.51.100.2 port 50001): 425 refused',
  );
  assert.equal(describeAttempt(attempted(['EPSV', undefined, '500 what?'])), 'EPSV: 500 what?');
});
