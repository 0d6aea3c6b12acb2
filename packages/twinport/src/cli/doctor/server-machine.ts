import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import {
  type FoundRuleset,
  type Listener,
  type MachineObservations,
  type PortPlan,
  parseRuleset,
} from '@twinport/ftp/firewall';
import { formatAddress } from '@twinport/ftp/protocol';
import { inContainer } from '../../daemon/in-container.js';
import { errnoOf } from '../../daemon/usage-fault.js';

const run = promisify(execFile);
/** The bit of CAP_NET_BIND_SERVICE (capabilities(7)). */
const NET_BIND_SERVICE = 10n;

/** What this machine's kernel tells; `unread` says what it kept to itself. Linux. */
export async function lookAtMachine(
  plan: PortPlan,
): Promise<MachineObservations & { readonly unread: readonly string[] }> {
  const unread: string[] = [];
  const texts = await Promise.all([
    outputOf('nft', ['-j', 'list', 'ruleset'], unread),
    outputOf('iptables-save', [], unread),
    outputOf('ip6tables-save', [], unread),
  ]);
  const [nft, ...iptables] = texts;
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  return {
    plan,
    rulesets: [nft, iptables.join('')].flatMap((text) => rulesetOf(text, unread)),
    assignsHelpers: read('/proc/sys/net/netfilter/nf_conntrack_helper').trim() === '1',
    listeners: listeners(),
    addresses: addresses.filter(({ internal }) => !internal).map(({ address }) => address),
    inContainer: inContainer(),
    unread,
  };
}

/** A program that is not there has set no rules. */
async function outputOf(program: string, args: readonly string[], unread: string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stderr = '' } = error instanceof Error && 'stderr' in error ? { stderr: String(error.stderr) } : {};
    if (errnoOf(error) !== 'ENOENT') unread.push(`${program}: ${stderr.trim().split('\n')[0] ?? ''}; it wants root`);
    return '';
  }
}

/** What nft shows of iptables’ own tables, iptables-save shows better. */
function rulesetOf(text: string, unread: string[]): readonly FoundRuleset[] {
  try {
    const ruleset = text.trim() === '' ? undefined : parseRuleset(text);
    return ruleset?.chains.some(({ base }) => base) ? [ruleset] : [];
  } catch (error) {
    unread.push(`a ruleset: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

function listeners(): readonly Listener[] {
  const found = ['tcp', 'tcp6'].flatMap((kind) =>
    read(`/proc/net/${kind}`)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === '0A'),
  );
  const unprivileged = Number(read('/proc/sys/net/ipv4/ip_unprivileged_port_start')) <= 20;
  return found.map(([, local = '', , , , , , , , inode = '']) => {
    const [hex = '', port = ''] = local.split(':');
    const may = unprivileged || mayBind(inode);
    return { host: addressOf(hex), port: Number.parseInt(port, 16), ...(may !== undefined && { mayUsePort20: may }) };
  });
}

/** Each four octets as the processor has them: the lowest first. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  return formatAddress(Uint8Array.from(bytes, (_, index) => bytes[index - (index % 4) + 3 - (index % 4)] ?? 0));
}

/** Whether the program that listens there has the capability; undefined where that cannot be seen. */
function mayBind(inode: string): boolean | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holds(pid, inode)) continue;
    const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(read(`/proc/${pid}/status`))?.[1];
    return effective === undefined ? undefined : ((BigInt(`0x${effective}`) >> NET_BIND_SERVICE) & 1n) === 1n;
  }
  return undefined;
}

function holds(pid: string, inode: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`) === `socket:[${inode}]`);
  } catch {
    return false; // it has ended, or belongs to somebody else
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // this kernel has none
  }
}
