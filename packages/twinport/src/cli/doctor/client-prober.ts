import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  type Client,
  type ClientLimits,
  type ClientTlsOptions,
  type ConnectOptions,
  type Endpoint,
  type HeldSession,
  type RemoteEntry,
  createPool,
} from '@twinport/ftp/client';
import {
  type Family,
  type FingerprintObservation,
  type IdleObservation,
  type Failure,
  type LoginObservation,
  type NameObservation,
  type Prober,
  type Security,
  type TransferObservation,
  type Way,
  type WayObservation,
  commandOf,
  parseServerView,
} from '@twinport/ftp/firewall';
import { fingerprint } from './fingerprint.js';
import { failureOf, since } from './failure.js';
import { SessionTap } from './session-tap.js';

const STALL_MS = 4_000;
/** Short: it is known what a healthy path takes, and every failure costs all of it. */
const LIMITS: Partial<ClientLimits> = {
  connectMs: 5_000,
  tlsHandshakeMs: 5_000,
  replyMs: 7_000,
  stallMs: STALL_MS,
  finalReplyMs: 5_000,
  downloadReplyMs: 5_000,
  abortMs: 600,
  maxAttempts: 1,
  keepaliveMs: 0,
};
/** More than any packet holds, and little enough for a slow line. */
const TRANSFER_OCTETS = 256 * 1024;
const SMALLEST_OCTETS = 16 * 1024;
/** Before the listing of a large folder is cut off: it has come through then. */
const LISTING_OCTETS = 512 * 1024;

export interface ProberOptions {
  readonly connect: ConnectOptions;
  /** With its default in place. */
  readonly port: number;
  /** A folder on the server that may be written to: `twinport-doctor-…` is put there, and removed again. */
  readonly writeTo?: string;
  /** A file that may be fetched for the larger transfer. Default: one of the login folder. */
  readonly file?: string;
  readonly signal: AbortSignal;
  readonly onClient: (client: Client) => void;
}

/** Looks through the library's own client: every way is a client that can do nothing else. */
export class ClientProber implements Prober {
  readonly #options: ProberOptions;
  readonly #addresses = new Map<Family, string>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  async resolve(): Promise<NameObservation> {
    const { host } = this.#options.connect;
    const started = performance.now();
    try {
      for (const { address, family } of await lookup(host, { all: true })) {
        const name = family === 6 ? 'ipv6' : 'ipv4';
        if (!this.#addresses.has(name)) this.#addresses.set(name, address);
      }
      return { kind: 'name', host, families: [...this.#addresses.keys()] };
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const failure = { at: 'name', how: 'other', text, milliseconds: since(started) } as const;
      return { kind: 'name', host, families: [], failure };
    }
  }

  async login(family: Family, security: Security): Promise<LoginObservation> {
    const client = this.#client(family, security, {});
    const tap = new SessionTap(client);
    const base = { kind: 'login', family, security, server: this.#server(family), features: [] } as const;
    const started = performance.now();
    try {
      const { greeting, features, system } = await client.info({ signal: this.#options.signal });
      return {
        ...base,
        ...tap.ends,
        features: [...features.keys()],
        greeting: greeting.lines.join('\n'),
        ...(system !== undefined && { system }),
      };
    } catch (error) {
      return { ...base, ...tap.ends, failure: failureOf(error, tap, started) };
    } finally {
      client.destroy();
    }
  }

  async way(way: Way, family: Family, security: Security): Promise<WayObservation> {
    const client = this.#client(family, security, { command: commandOf(way), trustServerAddress: way === 'PASV' });
    const tap = new SessionTap(client);
    const started = performance.now();
    const { signal } = this.#options;
    let seen: Partial<WayObservation> = {};
    try {
      await client.session(
        async (session) => {
          try {
            await session.command('LIST', { signal });
          } catch (error) {
            seen = { failure: failureOf(error, tap, started) };
          }
          seen = { ...seen, ...(await viewOf(session, signal)) };
        },
        { signal },
      );
    } catch (error) {
      seen = { failure: failureOf(error, tap, started), ...seen };
    } finally {
      client.destroy();
    }
    return {
      kind: 'way',
      way,
      family,
      security,
      server: this.#server(family),
      ...tap.ends,
      ...tap.negotiation,
      ...seen,
    };
  }

  async transfer(
    direction: 'download' | 'upload',
    { way, family, security }: WayObservation,
  ): Promise<TransferObservation | undefined> {
    const client = this.#client(family, security, { command: commandOf(way), trustServerAddress: way === 'PASV' });
    const tap = new SessionTap(client);
    const started = performance.now();
    const base = { kind: 'transfer', way, family, security, direction } as const;
    try {
      if (direction === 'download') return await this.#download(client, base);
      return await this.#upload(client, base);
    } catch (error) {
      return { ...base, octets: tap.octets, failure: stalledOr(failureOf(error, tap, started)) };
    } finally {
      client.destroy();
    }
  }

  async idle(family: Family, security: Security, seconds: number): Promise<IdleObservation> {
    const client = this.#client(family, security, {});
    const tap = new SessionTap(client);
    const { signal } = this.#options;
    const base = { kind: 'idle', family, security, seconds } as const;
    let started = performance.now();
    try {
      await client.session(
        async (session) => {
          await pause(seconds, signal);
          started = performance.now();
          await session.command('NOOP', { signal });
        },
        { signal },
      );
      return base;
    } catch (error) {
      return { ...base, failure: failureOf(error, tap, started) };
    } finally {
      client.destroy();
    }
  }

  async fingerprint(family: Family): Promise<readonly FingerprintObservation[]> {
    return await fingerprint(this.#server(family), this.#options.signal);
  }

  #server(family: Family): Endpoint {
    const { connect, port } = this.#options;
    return { host: this.#addresses.get(family) ?? connect.host, port };
  }

  #client(family: Family, security: Security, data: NonNullable<ConnectOptions['data']>): Client {
    const { connect, onClient } = this.#options;
    const client = createPool(
      {
        ...connect,
        ...this.#server(family),
        tls: tlsOf(connect, security),
        data: { ...connect.data, ...data },
        limits: { ...LIMITS, maxContentLength: LISTING_OCTETS },
      },
      { maxConnections: 1 },
    );
    onClient(client);
    return client;
  }

  async #download(client: Client, base: Omit<TransferObservation, 'octets'>): Promise<TransferObservation | undefined> {
    const { signal, file } = this.#options;
    const path = file ?? (await largeFile(client, signal))?.path;
    if (path === undefined) return undefined;
    let octets = 0;
    const target = new WritableStream<Uint8Array>({ write: (chunk) => void (octets += chunk.length) });
    await client.get(path, target, { end: TRANSFER_OCTETS, verify: 'none', signal });
    return { ...base, octets };
  }

  async #upload(client: Client, base: Omit<TransferObservation, 'octets'>): Promise<TransferObservation | undefined> {
    const { writeTo, signal } = this.#options;
    if (writeTo === undefined) return undefined;
    signal.throwIfAborted();
    const path = `${writeTo.replace(/\/+$/, '')}/twinport-doctor-${randomUUID()}`;
    // A name that nobody else has: what is removed is what was put there.
    try {
      const { octets } = await client.put(Buffer.alloc(TRANSFER_OCTETS, 'x'), path, { signal, ifExists: 'error' });
      return { ...base, octets };
    } finally {
      await client.remove(path, { force: true }).catch(() => {}); // what could not be put there is not there
    }
  }
}

/** What was asked for has its certificate checked; TLS beside a session in clear gives nothing away that was not given already. */
function tlsOf({ tls, host }: ConnectOptions, security: Security): ClientTlsOptions {
  const asked: ClientTlsOptions = typeof tls === 'object' ? tls : { mode: tls ?? 'off' };
  const mode = security === 'clear' ? 'off' : security;
  return {
    ...asked,
    mode,
    ...(isIP(host) === 0 && { servername: asked.servername ?? host }),
    ...(asked.mode !== mode && { insecure: true }),
  };
}

/** A stalled upload is given up by us, and the server then says that it was. */
function stalledOr(failure: Failure): Failure {
  return failure.code === 426 && failure.milliseconds >= STALL_MS ? { ...failure, how: 'stalled' } : failure;
}

async function largeFile(client: Client, signal: AbortSignal): Promise<RemoteEntry | undefined> {
  const entries = await client.list('', { signal }).toArray();
  return entries.find(({ type, size = 0 }) => type === 'file' && size >= SMALLEST_OCTETS);
}

/** What a Twinport server saw; nothing from any other. */
async function viewOf(session: HeldSession, signal: AbortSignal): Promise<Pick<WayObservation, 'view'>> {
  if (!session.server.features.has('SITE')) return {};
  const { code, lines } = await session.command('SITE DOCTOR', { signal });
  const view = code === 200 ? parseServerView(lines) : undefined;
  return view ? { view } : {};
}

function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
