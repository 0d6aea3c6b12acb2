import { lookup } from 'node:dns/promises';
import net from 'node:net';
import { type Network, isInNetwork, parseNetwork } from '../protocol/index.js';
import { OptionsFault } from './options-fault.js';

/**
 * What 227 and 228 name: an IPv4 address, a DNS name that has one, or `dialled`, the address that the client’s control connection
 * came in on. In a table by client network (`10.0.0.0/8`, `2001:db8::/32`, one address) the longest prefix counts, then `default`,
 * and without that `dialled`.
 */
export type PublicAddress = string | Readonly<Record<string, string>>;

/** Names consist of letters, digits and hyphens (RFC 1123 §2.1), and the last part is no number. */
const DNS_NAME = /^(?=.{1,253}\.?$)(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)*[a-z](?:[a-z\d-]{0,61}[a-z\d])?\.?$/i;

/** Why this cannot be announced, in words, or undefined. */
export function faultOfPublicAddress(value: string): string | undefined {
  if (value === 'dialled' || (net.isIPv4(value) && value !== '0.0.0.0')) return undefined;
  if (value !== 'detect' && !net.isIP(value) && DNS_NAME.test(value)) return undefined;
  return `${value} is not an IPv4 address that clients can reach, nor a name that may have one`;
}

interface Rule {
  /** Undefined for every client. */
  readonly network: Network | undefined;
  readonly value: string;
}

export interface PublicAddressesOptions {
  /** Milliseconds until a name is resolved again; 0: never. */
  readonly resolveMs: number;
  /** Told, in words, that a name could not be resolved; the address that it had, if any, stays in force. */
  readonly onUnresolved: (message: string, cause: unknown) => void;
}

/** Chooses what is announced to whom. The addresses of names are kept, and looked up again from time to time until `close`. */
export class PublicAddresses {
  readonly #rules: readonly Rule[];
  readonly #options: PublicAddressesOptions;
  readonly #resolved: Map<string, string>;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `before`: those in whose place these come, whose names keep the addresses that they have. Throws SyntaxFault. */
  constructor(setting: PublicAddress | undefined, options: PublicAddressesOptions, before?: PublicAddresses) {
    this.#options = options;
    this.#resolved = new Map(before && before.#resolved);
    const table = Object.entries(typeof setting === 'string' ? { default: setting } : (setting ?? {}));
    this.#rules = table
      .map(([key, value]) => ({ network: key === 'default' ? undefined : parseNetwork(key), value }))
      .toSorted((one, other) => prefixOf(other) - prefixOf(one));
    if (!before) return;
    if (before.#timer) this.#keepResolving();
    before.close();
  }

  get #names(): readonly string[] {
    return this.#rules.map(({ value }) => value).filter((value) => value !== 'dialled' && !net.isIPv4(value));
  }

  /** Resolves the names. Rejects with OptionsFault. */
  async start(): Promise<void> {
    await Promise.all(this.#names.map((name) => this.#resolve(name))).catch(refuse);
    this.#keepResolving();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  /** What is announced to a client that has dialled this address; undefined when that is an IPv6 address, which 227 has no room for. */
  async addressFor(client: string, dialled: string): Promise<string | undefined> {
    const { value = 'dialled' } = this.#rules.find(({ network }) => !network || isInNetwork(network, client)) ?? {};
    if (net.isIPv4(value)) return value;
    if (value !== 'dialled' && !this.#resolved.has(value)) {
      // A server that only adopts sessions has not been started.
      await this.#resolveAll();
      this.#keepResolving();
    }
    return this.#resolved.get(value) ?? (net.isIPv4(dialled) ? dialled : undefined);
  }

  #keepResolving(): void {
    const { resolveMs } = this.#options;
    if (resolveMs > 0 && this.#names.length > 0 && !this.#closed)
      this.#timer ??= setInterval(() => void this.#resolveAll(), resolveMs).unref();
  }

  async #resolveAll(): Promise<void> {
    for (const name of this.#names)
      await this.#resolve(name).catch((error: unknown) => {
        const meanwhile = this.#resolved.get(name) ?? 'what each client has dialled';
        this.#options.onUnresolved(`the public address ${name} could not be resolved: 227 names ${meanwhile}`, error);
      });
  }

  async #resolve(name: string): Promise<void> {
    this.#resolved.set(name, (await lookup(name, { family: 4 })).address);
  }
}

const prefixOf = ({ network }: Rule): number => (network ? network.prefix : -1);

function refuse(cause: unknown): never {
  throw new OptionsFault(`publicAddress: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
