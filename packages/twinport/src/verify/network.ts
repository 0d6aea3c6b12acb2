import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);
/** With the process that made it: what a killed one has left behind can be told from what is in use. */
const PREFIX = 'twinport-';
const NETWORK_NAMESPACES = '/run/netns';

const SETTINGS: readonly (readonly [path: string, value: number])[] = [
  ['ipv4/ip_forward', 1],
  ['ipv6/conf/all/forwarding', 1],
  // Without duplicate address detection, addresses are usable at once.
  ['ipv6/conf/default/accept_dad', 0],
  // Each error tells of one try: none may be left out because there were others.
  ['ipv4/icmp_ratelimit', 0],
  ['ipv6/icmp/ratelimit', 0],
];

let networks = 0;

/** Hosts that are network namespaces, with cables between them. It ends with the process at the latest. */
export class Network implements Disposable {
  readonly #prefix = `${PREFIX}${process.pid}-${(networks += 1)}-`;
  readonly #names: string[] = [];
  readonly #removeNow = (): void => this[Symbol.dispose]();

  constructor() {
    process.once('exit', this.#removeNow);
  }

  async host(name: string): Promise<Host> {
    const host = new Host(`${this.#prefix}${name}`);
    this.#names.push(host.name);
    await ip(['netns', 'add', host.name]);
    await host.run(
      ['ip link set lo up', 'cd /proc/sys/net', ...SETTINGS.map(([path, value]) => `echo ${value} > ${path}`)].join(
        '; ',
      ),
    );
    return host;
  }

  /** Whatever still runs in them keeps them until it ends. */
  [Symbol.dispose](): void {
    process.off('exit', this.#removeNow);
    for (const name of this.#names.splice(0)) removeNamespace(name);
  }
}

/** One end of a cable: what the interface is called there, and its addresses with their prefix lengths. */
export interface CableEnd {
  readonly host: Host;
  readonly device: string;
  readonly addresses: readonly string[];
}

export async function cable(one: CableEnd, other: CableEnd): Promise<void> {
  const peer = ['peer', 'name', other.device, 'netns', other.host.name];
  await ip(['link', 'add', one.device, 'netns', one.host.name, 'type', 'veth', ...peer]);
  for (const { host, device, addresses } of [one, other]) {
    const lines = addresses.map((address) => `ip addr add ${address} dev ${device}`);
    await host.run([...lines, `ip link set ${device} up`].join('; '));
  }
}

/** A host of a network. */
export class Host {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** What comes before a program for it to run here. */
  get wrapper(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name];
  }

  /** Runs commands of the shell one after the other, up to the first that fails: rejects with what it said. Resolves with stdout. */
  async run(commands: string): Promise<string> {
    const [program = '', ...words] = this.wrapper;
    const running = execute(program, [...words, 'sh', '-es']);
    running.child.stdin?.on('error', () => {}).end(commands); // its end tells more
    return (await running).stdout;
  }
}

/** Removes what processes that were killed have left behind. */
export function removeStaleNetworks(): void {
  for (const name of existsSync(NETWORK_NAMESPACES) ? readdirSync(NETWORK_NAMESPACES) : []) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !existsSync(`/proc/${pid}`)) removeNamespace(name);
  }
}

function removeNamespace(name: string): void {
  // What cannot be removed was never made.
  spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' });
}

async function ip(args: readonly string[]): Promise<void> {
  await execute('ip', args);
}
