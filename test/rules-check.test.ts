import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { type TestContext, describe, test } from 'node:test';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type Features,
  type Finding,
  type RulesRequest,
  checkRuleset,
  parseRuleset,
  renderRules,
} from '@twinport/ftp/firewall';
import { type Namespace, Network, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';

const skip = missingNamespaces() || missing('nft') || missing('iptables');
const timeout = 60_000;

const RANGE: Features = { range: true, outward: true };
const HELPER: Features = { helper: 'assigned', outward: true };
const SERVER: RulesRequest = { plan: DEFAULT_PLAN, role: 'server', features: RANGE, keep: [22] };
const CLIENT: RulesRequest = { ...SERVER, role: 'client', features: { ...FIREWALL_KINDS.helper } };
const ROUTER: RulesRequest = { ...SERVER, role: 'router', router: { side: 'server', client: 'wan', server: 'lan' } };

type Language = 'nftables' | 'iptables';

const LIST: Readonly<Record<Language, string>> = {
  nftables: 'nft -j list ruleset',
  iptables: 'iptables-save; ip6tables-save',
};

function sh(host: Namespace, command: string, stdin = ''): string {
  const args = ['netns', 'exec', host.name, 'sh', '-ec', command];
  return execFileSync('ip', args, { input: stdin, encoding: 'utf8', stdio: 'pipe' });
}

function findings(host: Namespace, language: Language, request: RulesRequest): readonly Finding[] {
  return checkRuleset(parseRuleset(sh(host, LIST[language])), request);
}

/** A machine's input chain that drops what no rule lets through. */
function input(...rules: readonly string[]): string {
  return `table inet filter {
  ct helper h {
    type "ftp" protocol tcp
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ${rules.join('\n    ')}
  }
}`;
}

function assign(where: string, port = 21): string {
  return `table inet filter {
  chain assign {
    type filter hook ${where}; policy accept;
    tcp dport ${port} ct helper set "h"
  }
}`;
}

const STATE = 'ct state established,related accept';
const LIMITED = 'ct state established accept\nct state related ct helper "ftp" tcp dport 1024-65535 accept';
const OPEN = 'tcp dport { 21, 50000-50100 } ct state new accept';
const BOTH = 'for each in iptables ip6tables; do $each';

/** What stands there, and what is to be found. */
interface Case {
  readonly name: string;
  /** For nft, or commands of iptables. */
  readonly nft?: string;
  readonly sh?: string;
  readonly request: RulesRequest;
  readonly codes: readonly string[];
  /** What nobody asks for again once it is put right. Default: nothing is left. */
  readonly stays?: readonly string[];
}

const CASES: readonly Case[] = [
  { name: 'what FTP needs', nft: input(STATE, OPEN), request: SERVER, codes: [] },
  { name: 'no range', nft: input(STATE, 'tcp dport 21 accept'), request: SERVER, codes: ['missing RANGE_DROP'] },
  {
    name: 'half of the range',
    nft: input(STATE, 'tcp dport { 21, 50000-50050 } accept'),
    request: SERVER,
    codes: ['missing RANGE_DROP'],
  },
  { name: 'nothing', nft: input(STATE), request: SERVER, codes: ['missing CONTROL_BLOCKED', 'missing RANGE_DROP'] },
  {
    name: 'another table drops it',
    nft: `${input(STATE, OPEN)}\ntable inet other { chain i { type filter hook input priority 10; policy drop; ct state established accept; }; }`,
    request: SERVER,
    codes: ['missing CONTROL_BLOCKED', 'missing RANGE_DROP'],
  },
  {
    name: 'a wider range',
    nft: input(STATE, 'tcp dport { 21, 50000-50200 } accept'),
    request: SERVER,
    codes: ['wide RANGE_WIDE'],
  },
  {
    name: 'every unprivileged port',
    nft: input(STATE, 'tcp dport 21 accept', 'tcp dport >= 1024 accept'),
    request: SERVER,
    codes: ['wide RANGE_WIDE', 'wide RANGE_WIDE'],
  },
  {
    name: 'no filter',
    nft: 'table inet filter { chain input { type filter hook input priority 0; policy accept; }; }',
    request: SERVER,
    codes: ['wide OPEN', 'wide OPEN'],
    stays: ['wide OPEN', 'wide OPEN'],
  },
  {
    name: 'IPv6 is dropped',
    nft: 'table ip filter { chain input { type filter hook input priority 0; policy drop; ct state established accept; tcp dport { 21, 50000-50100 } accept; }; }\ntable ip6 filter { chain input { type filter hook input priority 0; policy drop; ct state established accept; }; }',
    request: SERVER,
    codes: ['missing V6_RULE_MISSING', 'missing V6_RULE_MISSING'],
  },
  {
    name: 'RELATED without a helper',
    nft: input(STATE, 'tcp dport 21 accept'),
    request: { ...SERVER, features: HELPER },
    codes: ['missing HELPER_ABSENT', 'wide RELATED_ANY_PORT'],
  },
  {
    name: 'the helper at raw priority',
    nft: `${input(LIMITED, 'tcp dport 21 accept')}\n${assign('prerouting priority raw')}`,
    request: { ...SERVER, features: HELPER },
    codes: ['ineffective HELPER_PRIORITY'],
  },
  {
    name: 'the helper on another port',
    nft: `${input(LIMITED, 'tcp dport 21 accept')}\n${assign('prerouting priority filter', 2121)}`,
    request: { ...SERVER, features: HELPER },
    codes: ['ineffective HELPER_PORT'],
  },
  {
    name: 'the helper in order',
    nft: `${input(LIMITED, 'tcp dport 21 accept')}\n${assign('prerouting priority filter')}`,
    request: { ...SERVER, features: HELPER },
    codes: [],
  },
  {
    name: 'RELATED on any port',
    nft: `${input(STATE, 'tcp dport 21 accept')}\n${assign('prerouting priority filter')}`,
    request: { ...SERVER, features: HELPER },
    codes: ['wide RELATED_ANY_PORT'],
  },
  {
    name: 'a client whose helper is set in prerouting',
    nft: `${input(LIMITED)}\n${assign('prerouting priority filter')}`,
    request: { ...CLIENT, features: HELPER },
    codes: ['ineffective HELPER_HOOK'],
  },
  {
    name: 'a client that trusts source port 20',
    nft: input(STATE, 'tcp sport 20 accept'),
    request: { ...CLIENT, features: { range: true, outward: true } },
    codes: ['wide SOURCE_PORT_TRUST'],
  },
  {
    name: 'chains that are jumped to, and maps',
    nft: 'table inet f { chain ftp { tcp dport 50000-50100 accept; }; chain input { type filter hook input priority 0; policy drop; ct state vmap { established : accept, invalid : drop }; tcp dport vmap { 22 : accept, 21 : accept, 50000-50100 : jump ftp }; }; }',
    request: SERVER,
    codes: [],
  },
  {
    name: 'a router, other interfaces',
    nft: 'table inet f { chain forward { type filter hook forward priority 0; policy drop; ct state established accept; iifname "lan" oifname "wan" accept; iifname "vpn" oifname "lan" tcp dport { 21, 50000-50100 } accept; }; }',
    request: ROUTER,
    codes: ['missing CONTROL_BLOCKED', 'missing RANGE_DROP'],
  },
  {
    name: 'iptables: what FTP needs',
    sh: `${BOTH} -P INPUT DROP; $each -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; $each -A INPUT -p tcp -m multiport --dports 21,50000:50100 -j ACCEPT; done`,
    request: SERVER,
    codes: [],
  },
  {
    name: 'iptables: IPv4 only',
    sh: `${BOTH} -P INPUT DROP; $each -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; done; iptables -A INPUT -p tcp -m multiport --dports 21,50000:50100 -j ACCEPT`,
    request: SERVER,
    codes: ['missing V6_RULE_MISSING', 'missing V6_RULE_MISSING'],
  },
  {
    name: 'iptables: RELATED on any port',
    sh: `${BOTH} -P INPUT DROP; $each -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper ftp; $each -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; $each -A INPUT -p tcp --dport 21 --syn -j ACCEPT; done`,
    request: { ...SERVER, features: HELPER },
    codes: ['wide RELATED_ANY_PORT', 'wide RELATED_ANY_PORT'],
  },
  {
    name: 'iptables: a chain of its own, and a drop before it',
    sh: `${BOTH} -N FTP; $each -A FTP -p tcp --dport 21 -j ACCEPT; $each -A INPUT -p tcp --dport 50000:50100 -j REJECT; $each -A INPUT -j FTP; $each -A INPUT -m state --state ESTABLISHED -j ACCEPT; $each -P INPUT DROP; done`,
    request: SERVER,
    codes: ['missing RANGE_DROP'],
  },
];

function loaded(t: TestContext, { nft, sh: commands = '' }: Case): readonly [Namespace, Language] {
  const host = new Network(t).host('checked');
  sh(host, nft === undefined ? commands : 'nft -f -', nft);
  return [host, nft === undefined ? 'iptables' : 'nftables'];
}

const codesOf = (found: readonly Finding[]): string[] => found.map(({ kind, code }) => `${kind} ${code}`);

void describe('what a ruleset lacks, what has no effect, and what is too wide', { skip }, () => {
  for (const each of CASES) {
    test(`${each.name}: found, and put right by the commands of --diff`, { timeout }, (t) => {
      const [host, language] = loaded(t, each);
      const found = findings(host, language, each.request);
      assert.deepEqual(codesOf(found), each.codes);
      for (const { remove, add } of found) for (const command of [...remove, ...add]) sh(host, command);
      assert.deepEqual(codesOf(findings(host, language, each.request)), each.stays ?? []);
    });
  }
});

/** A command that loads a file, for what comes from elsewhere. */
function fromStdin(load: string): string {
  return load.replace(/^sh .*/, 'sh').replace(/ -f .*/, ' -f -');
}

void describe('what is rendered is what is checked for', { skip }, () => {
  const features: Readonly<Record<string, Features>> = { ...FIREWALL_KINDS, RANGE, HELPER };
  for (const language of ['nftables', 'iptables'] as const) {
    test(language, { timeout }, (t) => {
      const network = new Network(t);
      for (const request of [SERVER, CLIENT, ROUTER]) {
        for (const [kind, feature] of Object.entries(features)) {
          // Rules that have no effect are found, and with nothing filtered there is nothing to check.
          if (feature.open || feature.helper === 'unassigned' || feature.helper === 'too-early') continue;
          if (feature.pinholes && (request.role !== 'server' || language === 'iptables')) continue;
          const host = network.host(`${request.role}-${kind}`);
          const asked = { ...request, features: feature };
          for (const { text, load } of renderRules(language, asked).texts) sh(host, fromStdin(load), text);
          assert.deepEqual(codesOf(findings(host, language, asked)), [], `${request.role} ${kind}`);
        }
      }
    });
  }
});

test('chains that call themselves, and each other over and over, end', () => {
  const names = Array.from({ length: 40 }, (_, index) => `C${index}`);
  const rules = names.flatMap((name, index) => [
    `-A ${name} -j C${index + 1}`,
    `-A ${name} -j C${index + 1}`,
    `-A ${name} -j ${name}`,
  ]);
  const text = ['*filter', ':INPUT DROP [0:0]', ...names.map((name) => `:${name} - [0:0]`), '-A INPUT -j C0', ...rules];
  const found = checkRuleset(parseRuleset(text.join('\n')), { ...SERVER, families: ['ipv4'] });
  assert.deepEqual(codesOf(found), ['missing CONTROL_BLOCKED', 'missing RANGE_DROP']);
});

test('what is no ruleset is refused', () => {
  for (const text of ['', 'hello', '{}', '{"nftables":3}', '{"nftables":', '[]'])
    assert.throws(() => parseRuleset(text), { name: 'RulesetFault' }, text);
});
