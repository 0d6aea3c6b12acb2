import { FIREWALL_KINDS, type FirewallKind, type RulesRole } from '@twinport/ftp/firewall';
import { Command, InvalidArgumentError } from 'commander';
import type { Nat, VerifyTarget } from '../verify/index.js';
import { type SharedFlags, collect } from './shared-flags.js';

export interface VerifyFlags extends Pick<SharedFlags, 'json' | 'jsonl' | 'quiet' | 'verbose' | 'color'> {
  readonly target?: readonly VerifyTarget[];
  readonly role: readonly RulesRole[];
  readonly kinds: readonly FirewallKind[];
  readonly nat: readonly Nat[];
  readonly family: readonly ('ipv4' | 'ipv6')[];
  readonly tls: readonly ('off' | 'on')[];
  readonly rules?: readonly string[];
}

const EXAMPLES = `
Examples:
  twinport verify                                       everything, which takes minutes
  twinport verify --target nftables --role router --kinds helper,helper+range --nat none,both
  twinport verify --role server --kinds range --rules my.nft
                                                        does my.nft do what "range" is to do?
  twinport verify --json | jq '.cells[] | select(.agrees | not)'

Needs Linux, root, ip and nft; nothing outside of the namespaces is touched. On a router the interface towards the client is
called west, the one towards the server east; the server's passive ports are 50000-52999.
Exit code 0: every cell is as predicted; 1: some are not, or rules do not load; 2: a program is missing; 5: not root.`;

/** Those that one long-lived server can be tried with: pinholes are the server's own. */
const KINDS = (Object.keys(FIREWALL_KINDS) as FirewallKind[]).filter((kind) => kind !== 'pinholes');
/** What rules should never be: for trying out. */
const BROKEN: ReadonlySet<FirewallKind> = new Set<FirewallKind>(['related', 'helper-too-early']);

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'try firewall rules out: every mode with real transfers in networks made for it, beside what is predicted',
    )
    .option(
      '--target <LIST>',
      'nftables, iptables, ufw (default: those installed)',
      listOf(['nftables', 'iptables', 'ufw']),
    )
    .option('--role <LIST>', 'where the rules are loaded', listOf(['router', 'server', 'client']), [
      'router',
      'server',
      'client',
    ])
    .option(
      '--kinds <LIST>',
      `what the rules are to do: ${KINDS.join(', ')}`,
      listOf(KINDS),
      KINDS.filter((kind) => !BROKEN.has(kind)),
    )
    .option('--nat <LIST>', 'who is behind NAT', listOf(['none', 'client', 'server', 'both']), [
      'none',
      'client',
      'server',
      'both',
    ])
    .option('--family <LIST>', 'of the addresses', listOf(['ipv4', 'ipv6']), ['ipv4', 'ipv6'])
    .option('--tls <LIST>', 'sessions without TLS, with it', listOf(['off', 'on']), ['off', 'on'])
    .option('--rules <FILE>', 'load these in place of the generated ones; with iptables repeat for IPv6', collect)
    .option('--json', 'print one JSON object')
    .option('--jsonl', 'print a JSON object a line, as results come')
    .option('-q, --quiet', 'no messages and no progress; errors only')
    .option('-v, --verbose', 'show each cell on stderr')
    .option('--no-color', 'no colours; NO_COLOR in the environment says the same')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: VerifyFlags) => {
      // The networks are loaded for this command alone.
      const { runVerify } = await import('./run-verify.js');
      await runVerify(flags);
    });
}

/** Words separated by commas, each one of those known. */
function listOf<T extends string>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) =>
    text.split(',').map((word) => {
      const found = known.find((each) => each === word);
      if (found === undefined) throw new InvalidArgumentError(`give one or more of ${known.join(', ')}.`);
      return found;
    });
}
