// Targets that nothing here can read: as they are written. docs/firewalls.md says who reads the others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_PLAN } from '../port-plan.js';
import { type RulesTarget, renderRules } from './render.js';
import type { RulesRequest } from './target.js';

const SERVER: RulesRequest = { plan: DEFAULT_PLAN, role: 'server', features: { range: true, active: true } };
const SOME: RulesRequest = {
  ...SERVER,
  sources: ['192.0.2.0/24', '2001:db8::/32'],
  features: { range: true, outward: true },
};
const GATEWAY: RulesRequest = {
  ...SERVER,
  role: 'router',
  features: { range: true, outward: true },
  router: { side: 'server', client: 'em0', server: 'em1' },
  serverNat: true,
  server: { ipv4: '10.20.0.2' },
};
const CLIENTS: RulesRequest = {
  ...SERVER,
  role: 'router',
  features: { helper: 'assigned', outward: true },
  router: { side: 'client', client: 'em1', server: 'em0' },
  clientNat: true,
};

/** Without remarks. */
function lines(target: RulesTarget, request: RulesRequest): string[] {
  const [text] = renderRules(target, request).texts;
  return (text?.text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('# '));
}

/** By target: what is asked for, and what it is written as. */
const WRITTEN: readonly (readonly [target: RulesTarget, request: RulesRequest, lines: readonly string[]])[] = [
  [
    'azure',
    SERVER,
    [
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-control --priority 300 --direction Inbound --access Allow --protocol Tcp --destination-port-ranges 21',
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-passive-data --priority 301 --direction Inbound --access Allow --protocol Tcp --source-port-ranges 1024-65535 --destination-port-ranges 50000-50100',
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-active-data --priority 302 --direction Outbound --access Allow --protocol Tcp --source-port-ranges 20 --destination-port-ranges 1024-65535',
    ],
  ],
  [
    'azure',
    SOME,
    [
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-control-ipv4 --priority 300 --direction Inbound --access Allow --protocol Tcp --destination-port-ranges 21 --source-address-prefixes 192.0.2.0/24',
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-control-ipv6 --priority 301 --direction Inbound --access Allow --protocol Tcp --destination-port-ranges 21 --source-address-prefixes 2001:db8::/32',
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-passive-data-ipv4 --priority 302 --direction Inbound --access Allow --protocol Tcp --source-port-ranges 1024-65535 --destination-port-ranges 50000-50100 --source-address-prefixes 192.0.2.0/24',
      'az network nsg rule create --resource-group "$GROUP" --nsg-name "$NSG" --name ftp-passive-data-ipv6 --priority 303 --direction Inbound --access Allow --protocol Tcp --source-port-ranges 1024-65535 --destination-port-ranges 50000-50100 --source-address-prefixes 2001:db8::/32',
    ],
  ],
  [
    'windows',
    SERVER,
    [
      "New-NetFirewallRule -Group 'Twinport FTP' -DisplayName 'FTP control' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 21",
      "New-NetFirewallRule -Group 'Twinport FTP' -DisplayName 'FTP passive data' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 50000-50100",
      "New-NetFirewallRule -Group 'Twinport FTP' -DisplayName 'FTP active data' -Direction Outbound -Action Allow -Protocol TCP -LocalPort 20 -RemotePort 1024-65535",
    ],
  ],
  [
    'windows',
    SOME,
    [
      "New-NetFirewallRule -Group 'Twinport FTP' -DisplayName 'FTP control' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 21 -RemoteAddress 192.0.2.0/24,2001:db8::/32",
      "New-NetFirewallRule -Group 'Twinport FTP' -DisplayName 'FTP passive data' -Direction Inbound -Action Allow -Protocol TCP -LocalPort 50000-50100 -RemoteAddress 192.0.2.0/24,2001:db8::/32",
    ],
  ],
  [
    'windows',
    { ...SERVER, role: 'client', features: { helper: 'assigned', outward: true } },
    ['netsh advfirewall set global StatefulFtp enable'],
  ],
  [
    'pf-openbsd',
    SERVER,
    [
      'pass in proto tcp from any to any port 21',
      'pass in proto tcp from any port 1024:65535 to any port 50000:50100',
      'pass out proto tcp from any port 20 to any port 1024:65535',
    ],
  ],
  [
    'pf-openbsd',
    GATEWAY,
    [
      'match out on em0 inet from 10.20.0.2 nat-to (em0)',
      'match in on em0 inet proto tcp to (em0) port 21 rdr-to 10.20.0.2',
      'match in on em0 inet proto tcp to (em0) port 50000:50100 rdr-to 10.20.0.2',
      'pass in on em1',
      'pass out on em0',
      'pass in on em0 proto tcp from any to any port 21',
      'pass out on em1 proto tcp from any to any port 21',
      'pass in on em0 proto tcp from any port 1024:65535 to any port 50000:50100',
      'pass out on em1 proto tcp from any port 1024:65535 to any port 50000:50100',
    ],
  ],
  [
    'pf-openbsd',
    CLIENTS,
    [
      'match out on em0 inet from (em1:network) nat-to (em0)',
      'pass in quick on em1 inet proto tcp to port 21 divert-to 127.0.0.1 port 8021',
      'pass in on em1',
      'pass out on em0',
    ],
  ],
  [
    'pf-freebsd',
    GATEWAY,
    [
      'nat on em0 inet from 10.20.0.2 to any -> (em0)',
      'rdr on em0 inet proto tcp from any to (em0) port 21 -> 10.20.0.2',
      'rdr on em0 inet proto tcp from any to (em0) port 50000:50100 -> 10.20.0.2 port 50000:*',
      'pass in on em1',
      'pass out on em0',
      'pass in on em0 proto tcp from any to any port 21',
      'pass out on em1 proto tcp from any to any port 21',
      'pass in on em0 proto tcp from any port 1024:65535 to any port 50000:50100',
      'pass out on em1 proto tcp from any port 1024:65535 to any port 50000:50100',
    ],
  ],
  [
    'pf-freebsd',
    CLIENTS,
    [
      'nat on em0 inet from (em1:network) to any -> (em0)',
      'rdr pass on em1 inet proto tcp from any to any port 21 -> 127.0.0.1 port 8021',
      'pass in on em1',
      'pass out on em0',
    ],
  ],
];

void describe('what is written', () => {
  for (const [target, request, expected] of WRITTEN) {
    test(`${target}, ${request.role}, ${JSON.stringify(request.features)}`, () => {
      assert.deepEqual(lines(target, request), expected);
    });
  }
});

const UNDONE = [
  ['pf-openbsd', 'pfctl -a twinport-ftp -F rules\n'],
  ['pf-freebsd', 'pfctl -a twinport-ftp -F rules\npfctl -a twinport-ftp -F nat\n'],
] as const;

for (const [target, text] of UNDONE)
  test(`${target}: what undoes the rules is what pfctl knows there`, () => {
    assert.equal(renderRules(target, SERVER).undo[0]?.text, text);
  });
