import type { Checked } from './check.js';
import type { FoundRuleset } from './found-ruleset.js';
import { pass } from './pass.js';
import { probePacket } from './probe.js';

/** Where packets of connections that are open already got through, and do not without the removed rules. */
export function lostAnswers({ ruleset, placement }: Checked, rest: FoundRuleset): readonly string[] {
  const commands = placement.hooks.flatMap((hook) =>
    (['server', 'client'] as const).flatMap((towards) =>
      placement.families.flatMap((family) => {
        const packet = probePacket(placement, { towards, family, dport: 40_000, opens: false });
        const after = pass(rest, hook, packet);
        if (!pass(ruleset, hook, packet).accepted || !after.droppedBy) return [];
        const { table, name } = after.droppedBy;
        return ruleset.language === 'nftables' ? nftCommands(`${table} ${name}`) : iptablesCommands(name, family);
      }),
    ),
  );
  return [...new Set(commands)];
}

function nftCommands(chain: string): string[] {
  return [
    `nft 'insert rule ${chain} ct state established accept'`,
    `nft 'insert rule ${chain} meta l4proto { icmp, ipv6-icmp } accept'`,
  ];
}

function iptablesCommands(chain: string, family: 'ipv4' | 'ipv6'): string[] {
  const [program, icmp] = family === 'ipv4' ? ['iptables', 'icmp'] : ['ip6tables', 'ipv6-icmp'];
  return [
    `${program} -I ${chain} -m conntrack --ctstate ESTABLISHED -j ACCEPT`,
    `${program} -I ${chain} -p ${icmp} -j ACCEPT`,
  ];
}
