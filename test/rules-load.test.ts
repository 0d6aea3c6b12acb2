import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  DEFAULT_PLAN,
  FIREWALL_KINDS,
  type Features,
  type RuleText,
  type RulesRequest,
  type RulesTarget,
  renderRules,
} from '@twinport/ftp/firewall';
import { type Namespace, Network, missingNamespaces } from './kit/namespace.js';
import { missing } from './kit/peers.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const ROUTER = { client: 'wan', server: 'lan' } as const;
const SERVER = { ipv4: '10.20.0.2', ipv6: '2001:db8:2::2' };

/** Every place that rules can be made for. */
const PLACES: Readonly<Record<string, Pick<RulesRequest, 'role' | 'router' | 'server' | 'serverNat' | 'clientNat'>>> = {
  'a server': { role: 'server' },
  'a client': { role: 'client' },
  'the router of a server': { role: 'router', router: { side: 'server', ...ROUTER } },
  'the router of a server, with NAT': {
    role: 'router',
    router: { side: 'server', ...ROUTER },
    server: SERVER,
    serverNat: true,
  },
  'the router of clients, with NAT': {
    role: 'router',
    router: { side: 'client', client: 'lan', server: 'wan' },
    clientNat: true,
  },
};

const FEATURES: Readonly<Record<string, Features>> = {
  ...FIREWALL_KINDS,
  'helper+range, outwards all': { ...FIREWALL_KINDS['helper+range'], outward: true },
  'pinholes, outwards all': { pinholes: true, outward: true },
  'stateless, outwards all': { ...FIREWALL_KINDS.stateless, outward: true },
};

const VARIANTS: Readonly<Record<string, Partial<RulesRequest>>> = {
  '': {},
  ', IPv4 only': { families: ['ipv4'] },
  ', IPv6 only': { families: ['ipv6'] },
  ', from some networks': { sources: ['192.0.2.0/24', '198.51.100.7/32', '2001:db8:9::/48'] },
  ', from an IPv4 network': { sources: ['192.0.2.0/24'] },
};

/** What stands there before, and how the rules are listed. */
const PROGRAMS = {
  nftables: {
    needs: 'nft',
    before: `nft 'table inet filter { chain input { type filter hook input priority 0; policy drop; tcp dport 22 accept; }; }'`,
    list: 'nft list ruleset',
  },
  iptables: {
    needs: 'iptables',
    before: 'for each in iptables ip6tables; do $each -P INPUT DROP; $each -A INPUT -p tcp --dport 22 -j ACCEPT; done',
    // Tables and chains of the system stay, empty.
    list: 'for each in iptables-save ip6tables-save; do $each | grep -E "^-A|^:TWINPORT|^:INPUT DROP" | sed "s/ \\[.*//"; done',
  },
} as const;

/** With iptables no helper comes too early, and nothing sees pinholes; those are for the server's own host. */
function isRefused(
  target: 'nftables' | 'iptables',
  role: RulesRequest['role'],
  { helper, pinholes }: Features,
): boolean {
  if (target === 'iptables') return helper === 'too-early' || pinholes === true;
  return pinholes === true && role !== 'server';
}

async function load(host: Namespace, folder: string, texts: readonly RuleText[]): Promise<void> {
  for (const { name, text, load: command } of texts) {
    writeFileSync(join(folder, name), text);
    await host.run('sh', '-c', `cd ${folder} && ${command}`);
  }
}

for (const target of ['nftables', 'iptables'] as const) {
  const { needs, before, list } = PROGRAMS[target];
  const skip = missingNamespaces() || missing(needs);

  void describe(`${target} loads what is rendered, and undoing it leaves what was there`, { skip }, () => {
    for (const [where, place] of Object.entries(PLACES)) {
      test(where, { timeout: 120_000 }, async (t) => {
        const host = new Network(t).host('rules');
        const folder = await temporaryFolder(t);
        const rules = async (): Promise<string> => (await host.run('sh', '-c', list)).toString();
        await host.run('sh', '-c', before);
        const unchanged = await rules();
        assert.match(unchanged, /22/);
        for (const [kind, features] of Object.entries(FEATURES)) {
          for (const [variant, change] of Object.entries(VARIANTS)) {
            if (variant !== '' && kind !== 'helper+range') continue;
            if (isRefused(target, place.role, features)) continue;
            const { texts, undo } = renderRules(target, {
              plan: DEFAULT_PLAN,
              keep: [22],
              ...place,
              ...change,
              features,
            });
            await load(host, folder, texts);
            const loaded = await rules();
            if (!features.open) assert.notEqual(loaded, unchanged, `${kind}${variant}`);
            await load(host, folder, texts);
            assert.equal(await rules(), loaded, `${kind}${variant}, again`);
            await load(host, folder, undo);
            assert.equal(await rules(), unchanged, `${kind}${variant}`);
          }
        }
      });
    }
  });
}

function serverRules(target: RulesTarget, request: Partial<RulesRequest>): ReturnType<typeof renderRules> {
  return renderRules(target, { plan: DEFAULT_PLAN, role: 'server', features: { range: true }, keep: [22], ...request });
}

test(
  'iptables: other rules replace those before, and undoing removes what is called twice',
  { skip: missingNamespaces() || missing('iptables'), timeout: 60_000 },
  async (t) => {
    const host = new Network(t).host('rules');
    const folder = await temporaryFolder(t);
    const rules = async (): Promise<string> => (await host.run('sh', '-c', PROGRAMS.iptables.list)).toString();
    const unchanged = await rules();
    const fewer = serverRules('iptables', { features: { range: true, outward: true } });
    await load(host, folder, fewer.texts);
    const loaded = await rules();
    await load(host, folder, serverRules('iptables', { features: FIREWALL_KINDS['helper+range'] }).texts);
    assert.match(await rules(), /-j CT --helper ftp/);
    await load(host, folder, fewer.texts);
    assert.equal(await rules(), loaded);
    await host.run('iptables', '-I', 'INPUT', '-j', 'TWINPORT_FTP_INPUT');
    await load(host, folder, fewer.undo);
    assert.equal(await rules(), unchanged);
  },
);

test(
  'nftables: rules for other families replace those before, and undoing removes whichever are there',
  { skip: missingNamespaces() || missing('nft'), timeout: 60_000 },
  async (t) => {
    const host = new Network(t).host('rules');
    const folder = await temporaryFolder(t);
    const tables = async (): Promise<string> => (await host.run('nft', 'list', 'tables')).toString();
    const both = serverRules('nftables', {});
    const [ipv4, ipv6] = (['ipv4', 'ipv6'] as const).map((family) => serverRules('nftables', { families: [family] }));
    for (const [rules, family] of [
      [ipv4, 'ip'],
      [both, 'inet'],
      [ipv6, 'ip6'],
      [ipv4, 'ip'],
    ] as const) {
      await load(host, folder, rules?.texts ?? []);
      assert.equal(await tables(), `table ${family} twinport_ftp\n`);
    }
    await load(host, folder, both.undo);
    assert.equal(await tables(), '');
  },
);
