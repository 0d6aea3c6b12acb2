import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Way } from '../rules/index.js';
import { diagnose } from './diagnose.js';
import type { Failure, Observations, WayObservation } from './observations.js';
import { SERVERS } from './server-settings.js';
import { parseServerView } from './server-view.js';

const SILENCE: Failure = { at: 'opening', how: 'silence', text: 'no answer', milliseconds: 1 };
const REFUSED: Failure = {
  at: 'negotiation',
  how: 'reply',
  code: 550,
  text: '550 Permission denied.',
  milliseconds: 1,
};
const SERVER = { host: '203.0.113.2', port: 21 };
const KIND = { family: 'ipv4', security: 'clear' } as const;

function way(name: Way, failure?: Failure, more: Partial<WayObservation> = {}): WayObservation {
  const base = { kind: 'way', way: name, ...KIND, server: SERVER, answer: [], strangers: [] } as const;
  const announced = { host: SERVER.host, port: 50_000 };
  return { ...base, ...(failure?.at !== 'negotiation' && { announced }), ...(failure && { failure }), ...more };
}

function seenOf(
  ways: readonly WayObservation[],
  more: Partial<Observations> = {},
  greeting = '220 hello',
): Observations {
  const name = { kind: 'name', host: 'ftp.example', families: ['ipv4'] } as const;
  const logins = [{ kind: 'login', ...KIND, server: SERVER, features: [], greeting }] as const;
  return { host: 'ftp.example', port: 21, security: 'clear', name, logins, transfers: [], ways, ...more };
}

const textOf = (seen: Observations): string =>
  diagnose(seen)
    .steps.map(({ where, text, lines, notes = [] }) => [`${where}: ${text}`, ...lines, ...notes].join('\n'))
    .join('\n');
const whereOf = (seen: Observations): readonly string[] => diagnose(seen).steps.map(({ where }) => where);
const BLOCKED = [way('EPSV', SILENCE), way('EPRT', SILENCE)];

test('where nothing gets through: the server’s settings, its firewall, what is before it, and another look', () => {
  const seen = seenOf(BLOCKED);
  assert.deepEqual(whereOf(seen), ['server', 'server', 'router', 'here']);
  assert.match(textOf(seen), /twinport doctor --server --passive-ports 50000-50100$/m);
});

test('where every way works there is nothing to do', () => {
  assert.deepEqual(whereOf(seenOf([way('EPSV'), way('EPRT')])), []);
});

test('where passive mode works: how to use it, for lftp without the TLS that it would take by itself', () => {
  const seen = seenOf([way('EPSV'), way('EPRT', SILENCE)], { user: 'ann', port: 2121 });
  assert.deepEqual(whereOf(seen), ['here']);
  assert.match(textOf(seen), /^twinport ls ftp:\/\/ann@ftp\.example:2121\/$/m);
  assert.match(textOf(seen), /^curl --user 'ann' ftp:\/\/ftp\.example:2121\/$/m);
  assert.match(textOf(seen), /^lftp -e 'set ftp:ssl-allow no; set ftp:prefer-epsv yes; ls; quit' /m);
});

test('where active mode alone works: how to use that, and what opens the other', () => {
  const seen = seenOf([way('EPSV', SILENCE), way('EPRT')]);
  assert.deepEqual(whereOf(seen), ['here', 'server', 'server', 'router', 'here']);
  assert.match(textOf(seen), /^twinport ls --active .*\ncurl --ftp-port - /m);
});

test('a name with a quote in it ends no quotation', () => {
  assert.match(textOf(seenOf([way('EPSV'), way('EPRT', SILENCE)], { user: "o'neil" })), /--user 'o'\\''neil' /);
});

for (const [greeting, line] of [
  ['220 (vsFTPd 3.0.3)', /^pasv_min_port=50000\npasv_max_port=50100\nthen: systemctl restart vsftpd$/m],
  ['220 ProFTPD Server (Debian)', /^PassivePorts 50000 50100$/m],
  ['220---------- Welcome to Pure-FTPd ----------', /^echo 50000 50100 > \/etc\/pure-ftpd\/conf\/PassivePortRange$/m],
  ['220 Twinport FTP server ready', /^--passive-ports 50000-50100$/m],
  ['220-FileZilla Server 1.8.0', /50000 to 50100/],
  ['220 Microsoft FTP Service', /Data Channel Port Range: 50000-50100/],
  ['220 welcome', /^ProFTPD {5}PassivePorts 50000 50100$/m],
] as const) {
  test(`the range is written as this server has it: ${greeting}`, () => {
    assert.match(textOf(seenOf(BLOCKED, {}, greeting)), line);
  });
}

test('no two servers greet alike', () => {
  for (const { name } of SERVERS)
    assert.deepEqual(
      SERVERS.filter(({ greeting }) => greeting.test(`220 ${name === 'IIS' ? 'Microsoft FTP Service' : name}`)).map(
        (server) => server.name,
      ),
      [name],
    );
});

test('a range that is known is not set again', () => {
  const seen = seenOf(BLOCKED, { expectedPorts: { first: 40_000, last: 40_009 } }, '220 (vsFTPd 3.0.3)');
  assert.deepEqual(whereOf(seen), ['server', 'router', 'here']);
  assert.match(textOf(seen), /--passive-ports 40000-40009/);
});

test('a private address in 227: the one that was reached is announced in its place', () => {
  const wrong = way('PASV', SILENCE, { announced: { host: '10.2.0.2', port: 50_000 } });
  const seen = seenOf([way('EPSV'), way('PASVi'), wrong], {}, '220 ProFTPD Server');
  assert.deepEqual(whereOf(seen), ['here', 'server', 'here']);
  assert.match(textOf(seen), /^MasqueradeAddress 203\.0\.113\.2$/m);
});

test('behind NAT the range is forwarded to the server’s own address', () => {
  const seen = seenOf([...BLOCKED, way('PASV', SILENCE, { announced: { host: '10.2.0.2', port: 50_000 } })]);
  assert.match(textOf(seen), /^WAN=eth0 LAN=eth1 SERVER=10\.2\.0\.2$/m);
  assert.match(textOf(seen), /dport 50000-50100 dnat to \$SERVER"$/m);
  assert.match(textOf(seen), /doctor --server --passive-ports 50000-50100 --public-address 203\.0\.113\.2$/m);
  assert.doesNotMatch(textOf(seenOf(BLOCKED)), /dnat/);
});

test('passive mode that is switched off is switched on, and nobody is sent round in a circle', () => {
  const active = { ...REFUSED, code: 500, text: '500 Illegal EPRT command.' };
  const seen = seenOf([way('EPSV', REFUSED), way('EPRT', active)], {}, '220 (vsFTPd 3.0.3)');
  assert.match(textOf(seen), /^pasv_enable=YES\npasv_min_port=50000$/m);
  const fixes = diagnose(seen).findings.flatMap(({ fix }) => fix);
  assert.ok(!fixes.some((fix) => /use (?:passive|active) mode/.test(fix)), fixes.join('; '));
});

test('what a server says is no part of a command unless it is an address or ports', () => {
  const local = { host: 'fc00:; reboot', port: 21 };
  const view = { local, remote: SERVER, activePort: 20, events: [] } as const;
  assert.doesNotMatch(textOf(seenOf([way('EPSV', SILENCE, { view }), way('EPRT', SILENCE)])), /reboot/);
  const told = (more: object): unknown =>
    parseServerView([JSON.stringify({ local: SERVER, remote: SERVER, activePort: 20, ...more })]);
  assert.ok(told({ passivePorts: [50_000, 50_100] }));
  assert.equal(told({ passivePorts: ['1; reboot', 2] }), undefined);
  assert.equal(told({ activePort: '1; reboot' }), undefined);
  assert.equal(told({ announced: '192.0.2.1; reboot' }), undefined);
  assert.ok(told({ announced: '192.0.2.1' }));
});
