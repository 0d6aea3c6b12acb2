import type { PortRange } from '@twinport/ftp/client';
import type { RulesRole } from '@twinport/ftp/firewall';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Nat, VerifyTarget } from '../verify/index.js';
import { portNumber } from './plan-flags.js';
import { type SharedFlags, collect, portRange } from './shared-flags.js';

export interface VerifyFlags extends Pick<SharedFlags, 'json' | 'jsonl' | 'quiet' | 'verbose' | 'color'> {
  readonly target?: readonly VerifyTarget[];
  readonly role: readonly RulesRole[];
  readonly kinds?: readonly string[];
  readonly nat: readonly Nat[];
  readonly family: readonly ('ipv4' | 'ipv6')[];
  readonly tls: readonly ('off' | 'on')[];
  readonly port: number;
  readonly passivePorts?: PortRange;
  readonly rules?: readonly string[];
}

const EXAMPLES = `
Examples:
  twinport verify                                       everything, which takes minutes
  twinport verify --target nftables --role router --kinds helper,helper+range --nat none,both
  twinport verify --role server --kinds range --rules my.nft
                                                        does my.nft do what "range" is to do?
  twinport verify --json | jq '.cells[] | select(.agrees | not)'

Kinds: none, control (port 21 only), helper (reads the commands), range (the passive ports are open), helper+range,
range+active (the client's ports are open to the server's port 20), stateless, range+outward and helper+range+outward (what is
opened from inside gets out), and the broken ones:
related (no helper is set), helper-too-early (it is,
at raw priority), helper-any-port (what it expects is let in to port 22, too).

Needs Linux, root, ip and nft; nothing outside of the namespaces is touched. On a router the interface towards the client is
called west, the one towards the server east. The server's active port is the one before its control port.
Exit code 0: every cell is as predicted; 1: some are not, or rules do not load; 2: a program is missing, or nothing is left to try; 5: not root.`;

const TARGETS = ['nftables', 'iptables', 'ufw'] as const satisfies readonly VerifyTarget[];
const ROLES = ['router', 'server', 'client'] as const satisfies readonly RulesRole[];
const NATS = ['none', 'client', 'server', 'both'] as const satisfies readonly Nat[];
const FAMILIES = ['ipv4', 'ipv6'] as const;
const TLS = ['off', 'on'] as const;

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'try firewall rules out: every mode with real transfers in networks made for it, beside what is predicted',
    )
    .option('--target <LIST>', 'nftables, iptables, ufw (default: those installed)', listOf(TARGETS))
    .addOption(listOption('--role', 'where the rules are loaded', ROLES))
    .option('--kinds <LIST>', 'what the rules are to do, see below (default: all but the broken ones)', words)
    .addOption(listOption('--nat', 'who is behind NAT', NATS))
    .addOption(listOption('--family', 'of the addresses', FAMILIES))
    .addOption(listOption('--tls', 'sessions without TLS, with it', TLS))
    .option('--port <N>', 'control port', portNumber, 21)
    .option('--passive-ports <A-B>', 'of the server (default: 50000-52999)', portRange)
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

/** All of them unless told otherwise. */
function listOption(name: string, description: string, known: readonly string[]): Option {
  return new Option(`${name} <LIST>`, description).argParser(listOf(known)).default(known, known.join(','));
}

function words(text: string): readonly string[] {
  return text.split(',');
}

/** Words separated by commas, each one of those known. */
function listOf<T extends string>(known: readonly T[]): (text: string) => readonly T[] {
  return (text) =>
    words(text).map((word) => {
      const found = known.find((each) => each === word);
      if (found === undefined) throw new InvalidArgumentError(`give one or more of ${known.join(', ')}.`);
      return found;
    });
}
