// twinport verify notices rules that are wrong in one place, or its agreement would mean nothing; and it leaves nothing behind.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DEFAULT_PLAN, type Features, type RulesRequest, type RulesTarget, renderRules } from '@twinport/ftp/firewall';
import { CliProcess, MAIN } from './kit/cli-process.js';
import { missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { type CellRecord, verified } from './kit/verified.js';

const skip = missingNamespaces() || missing('nft') || missing('iptables');
/** Milliseconds. */
const timeout = 120_000;

const PLAN = { ...DEFAULT_PLAN, passive: { first: 50_000, last: 52_999 }, tls: 'explicit' } as const;
const ROUTER = { side: 'server', client: 'west', server: 'east' } as const;

const PLAIN_PASSIVE = ['EPSV ipv4', 'EPSV ipv6', 'PASV ipv4', 'PASVi ipv4'];
const PLAIN_ACTIVE = ['EPRT ipv4', 'EPRT ipv6', 'PORT ipv4'];
const PLAIN = [...PLAIN_ACTIVE, ...PLAIN_PASSIVE];
const TLS_ACTIVE = PLAIN_ACTIVE.map((way) => `TLS ${way}`);
const bothFamilies = (name: string): string[] => [`${name} ipv4`, `${name} ipv6`];

interface BrokenRules {
  readonly name: string;
  readonly target?: RulesTarget;
  readonly role: RulesRequest['role'];
  readonly kind: string;
  readonly features: Features;
  readonly break: (text: string) => string;
  /** The cells that have to differ, and no other. */
  readonly differing: readonly string[];
}

function replacing(pattern: RegExp | string, replacement: string): (text: string) => string {
  return (text) => {
    assert.notEqual(text.search(pattern), -1, `${pattern} is not in:\n${text}`);
    return text.replaceAll(pattern, replacement);
  };
}

/** What a script gives to iptables-restore, and the calls that it adds. */
function forRestore(script: string): string {
  const calls = ['INPUT', 'OUTPUT'].map((hook) => `-I ${hook} -j TWINPORT_FTP_${hook}\n`).join('');
  return `${/<<'END'\n(.*?)COMMIT\nEND\n/s.exec(script)?.[1]}${calls}COMMIT\n`;
}

const HELPER = { role: 'router', kind: 'helper', features: { helper: 'assigned' } } as const;
const RANGE = { role: 'server', kind: 'range', features: { range: true } } as const;

const BROKEN: readonly BrokenRules[] = [
  { name: 'nothing', ...RANGE, break: (text) => text, differing: [] },
  {
    name: 'the helper is set at raw priority',
    ...HELPER,
    break: replacing('prerouting priority filter', 'prerouting priority raw'),
    differing: PLAIN,
  },
  {
    name: 'RELATED is let in, and no helper is set',
    ...HELPER,
    break: replacing(/^.*ct helper set.*$/gm, ''),
    differing: PLAIN,
  },
  {
    name: 'what the helper expects is let in on every port',
    ...HELPER,
    break: replacing(/tcp [sd]port 1024-65535 (?=.*active data)/g, ''),
    differing: [...bothFamilies('PORT 22'), ...bothFamilies('PORT 445')],
  },
  {
    name: 'the range is one port short',
    ...RANGE,
    break: replacing('50000-52999', '50000-52998'),
    differing: bothFamilies('server:52999'),
  },
  {
    name: 'the range is one port too wide',
    ...RANGE,
    break: replacing('50000-52999', '50000-53000'),
    differing: bothFamilies('server:53000'),
  },
  {
    name: 'source port 20 is trusted',
    role: 'client',
    kind: 'range',
    features: { range: true },
    break: replacing(/^\t\tmeta l4proto/gm, '\t\ttcp sport 20 accept\n\t\tmeta l4proto'),
    differing: [...bothFamilies('from 20'), ...PLAIN_ACTIVE, ...TLS_ACTIVE],
  },
  {
    name: 'the rules are for IPv4 only',
    target: 'iptables',
    ...RANGE,
    break: forRestore,
    differing: [
      'EPRT ipv6',
      'TLS EPRT ipv6',
      ...['server:8080', 'client:8080', 'server:49999', 'server:53000'].map((name) => `${name} ipv6`),
      ...['from 20', 'PORT 22', 'PORT 445'].map((name) => `${name} ipv6`),
    ],
  },
];

function nameOf({ way, tls, stranger, family }: CellRecord): string {
  return `${tls ? 'TLS ' : ''}${way ?? stranger} ${family}`;
}

test('ufw: the same', { skip: skip || missing('ufw'), timeout }, async (t) => {
  const kinds = 'control,helper,range,range+active,helper+range+outward';
  const { code, stderr, cells } = await verified(t, ['--target', 'ufw', '--nat', 'none,server', '--kinds', kinds]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^left out: ufw has no rules for a router/m);
  assert.deepEqual(new Set(cells.map(({ role }) => role)), new Set(['server', 'client']));
});

test('ufw on a router: nothing is proved, exit code 2 and why', { skip: skip || missing('ufw') }, async (t) => {
  const { code, stdout, stderr } = await new CliProcess(t, ['verify', '--target', 'ufw', '--role', 'router']).end();
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /nothing is left to try: ufw has no rules for a router/);
});

/** Those that this process has made. */
function namespacesOf(pid: number | undefined): readonly string[] {
  return readdirSync('/run/netns').filter((name) => name.startsWith(`twinport-${pid}-`));
}

const LONG_RUN = ['verify', '-v', '--target', 'nftables', '--nat', 'none', '--role', 'router'];

test('Ctrl-C leaves no network behind', { skip, timeout }, async (t) => {
  const cli = new CliProcess(t, LONG_RUN);
  await cli.said(/^nftables router/m);
  assert.equal(namespacesOf(cli.child.pid).length, 4);
  cli.child.kill('SIGINT');
  assert.equal((await cli.end()).code, 130);
  assert.deepEqual(namespacesOf(cli.child.pid), []);
});

test('what a killed one has left behind is removed by the next', { skip, timeout }, async (t) => {
  const cli = new CliProcess(t, LONG_RUN);
  await cli.said(/^nftables router/m);
  cli.child.kill('SIGKILL');
  await cli.end();
  await verified(t, ['--target', 'nftables', '--nat', 'none', '--role', 'router', '--kinds', 'none']);
  assert.deepEqual(namespacesOf(cli.child.pid), []);
});

test('whoever is not root is told so, exit code 5', { skip: skip || missing('setpriv') }, () => {
  const nobody = ['--reuid', '65534', '--clear-groups', process.execPath, MAIN, 'verify', '--target', 'nftables'];
  // Without /usr/sbin, where nft is, as Debian has it.
  const { status, stderr } = spawnSync('/usr/bin/setpriv', nobody, { encoding: 'utf8', env: { PATH: '' } });
  assert.match(stderr, /^twinport: .*run it as root$/m);
  assert.equal(status, 5);
});

void describe('rules that are wrong are caught', { skip, concurrency: 3 }, () => {
  for (const { name, target = 'nftables', role, kind, features, break: spoil, differing } of BROKEN) {
    test(`${target}, ${role}, ${kind}: ${name}`, { timeout }, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'twinport-rules-'));
      t.after(() => rmSync(folder, { recursive: true }));
      const [rules] = renderRules(target, { plan: PLAN, role, features, router: ROUTER }).texts;
      const file = join(folder, 'rules');
      writeFileSync(file, spoil(rules?.text ?? ''));
      const where = ['--target', target, '--role', role, '--kinds', kind, '--nat', 'none', '--rules', file];
      const { code, stderr, cells } = await verified(t, where);
      const found = cells.filter(({ agrees }) => !agrees).map(nameOf);
      assert.deepEqual(found.toSorted(), differing.toSorted(), stderr);
      assert.equal(code, differing.length === 0 ? 0 : 1);
    });
  }
});
