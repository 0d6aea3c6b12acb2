import { type NftablesPinholes, nftablesPinholes } from '@twinport/ftp/firewall';
import { OptionsFault, type Server, type ServerOptions, createServer } from '@twinport/ftp/server';
import { accountsOf } from './accounts.js';
import { type Certificate, loadCertificate } from './certificate.js';
import type { DetectedAddress } from './detect-address.js';
import { folder } from './folder.js';
import { startPinholes } from './pinholes.js';
import { settlePublicAddress, warnOfPrivateAddress } from './public-address.js';
import type { ServeOptions } from './serve-options.js';
import { UsageFault, errnoOf } from './usage-fault.js';
import { startWorkers, workerCount } from './workers/start-workers.js';
import { WorkerPool, type WorkersFault } from './workers/worker-pool.js';
import { type LoadedZeroCopy, loadZeroCopy } from './zero-copy.js';

const STANDARD_PORT = 21;
const UNPRIVILEGED_PORT = 2121;
/** Where TLS begins with the first byte, by the registry of ports. */
const IMPLICIT_TLS_PORT = 990;

export interface Started {
  readonly server: Server;
  /** Absolute path of the served folder. */
  readonly directory: string;
  readonly certificate?: Certificate;
  /** Where `detect` asks for a public address. */
  readonly detected?: DetectedAddress;
  readonly zeroCopy: LoadedZeroCopy;
  /** To be closed after the server. */
  readonly pinholes?: NftablesPinholes;
  /** Processes that run the sessions; with 1 it is this one. */
  readonly workers: number;
  /** Resolves when no worker can be kept running. */
  readonly failed?: Promise<WorkersFault>;
}

/** Makes a server of the options and has it listen. Throws UsageFault with what to change. */
export async function startServer(options: ServeOptions, observe: (server: Server) => void): Promise<Started> {
  const directory = await folder(options.directory ?? '.');
  const certificate = await certificateOf(options);
  const pinholes = options.pinholes && nftablesPinholes(options.pinholes);
  const zeroCopy = await loadZeroCopy(options.zeroCopy);
  const { users, anonymous, accountSources } = options;
  const workers = workerCount(options.workers);
  const pool = workers > 1 ? new WorkerPool() : undefined;
  const { detected, ...announced } = await settlePublicAddress(options.publicAddress);
  const settings = {
    ...settingsOf(options),
    ...announced,
    accounts: await accountsOf({ directory, users, anonymous, accountSources }, zeroCopy.zeroCopy),
    ...(pinholes && { pinholes }),
    ...(zeroCopy.zeroCopy && { zeroCopy: zeroCopy.zeroCopy }),
    ...(pool && { workers: pool }),
  };
  const listen = async (port: number): Promise<Server> => {
    const tls = certificate && tlsOptions(options, certificate, port);
    const server = createServer({ ...settings, port, ...(tls && { tls }) });
    observe(server);
    return await server.listen();
  };
  const server = await listenSomewhere(options, listen);
  if (pool) await startWorkers(pool, workers, server);
  // Not before the port is ours: a second copy would empty the sets of the first.
  if (pinholes) await startPinholes(pinholes, options.pinholes ?? {}, server);
  warnOfPrivateAddress(server);
  return {
    server,
    directory,
    workers,
    zeroCopy,
    ...(certificate && { certificate }),
    ...(detected && { detected }),
    ...(pinholes && { pinholes }),
    ...(pool && { failed: pool.failed }),
  };
}

export async function certificateOf({ tls, requireTls }: ServeOptions): Promise<Certificate | undefined> {
  if (tls) return await loadCertificate(tls);
  if (requireTls)
    throw new UsageFault('TLS is required and there is no certificate: add --tls CERT,KEY or --tls self-signed');
  return undefined;
}

function settingsOf(options: ServeOptions): Omit<ServerOptions, 'accounts' | 'port' | 'publicAddress'> {
  return {
    ...(options.host !== undefined && { host: options.host.replace(/^\[(.*)\]$/, '$1') }),
    ...(options.passivePorts && { passivePorts: options.passivePorts }),
    ...(options.advertisedPorts && { advertisedPorts: options.advertisedPorts }),
    ...(options.sharePassivePorts !== undefined && { sharePassivePorts: options.sharePassivePorts }),
    ...(options.activePort !== undefined && { activePort: options.activePort }),
    ...(options.limits && { limits: options.limits }),
    ...(options.greeting !== undefined && { greeting: options.greeting }),
  };
}

export function tlsOptions(
  options: ServeOptions,
  { cert, key }: Certificate,
  port: number,
): NonNullable<ServerOptions['tls']> {
  return {
    cert,
    key,
    implicit: port === IMPLICIT_TLS_PORT,
    ...(options.requireTls !== undefined && { required: options.requireTls }),
    ...(options.tlsReuse && { dataReuse: options.tlsReuse }),
    ...(options.requireCloseNotify !== undefined && { requireCloseNotify: options.requireCloseNotify }),
  };
}

async function listenSomewhere(options: ServeOptions, listen: (port: number) => Promise<Server>): Promise<Server> {
  const port = options.port ?? STANDARD_PORT;
  if (port === IMPLICIT_TLS_PORT && !options.tls)
    throw new UsageFault('port 990 is for TLS from the first byte: add --tls CERT,KEY or --tls self-signed');
  try {
    return await listen(port);
  } catch (error) {
    if (options.port === undefined && errnoOf(error) === 'EACCES')
      return await listenSomewhere({ ...options, port: UNPRIVILEGED_PORT }, listen);
    if (error instanceof OptionsFault) throw new UsageFault(error.message, { cause: error });
    throw listenFault(error, port, options.host) ?? error;
  }
}

function listenFault(error: unknown, port: number, host = 'this machine'): UsageFault | undefined {
  const advice: Record<string, string> = {
    EADDRINUSE: `port ${port} is taken: stop the server that has it, or choose another with --port`,
    EACCES: `port ${port} is not permitted: choose one from 1024 up with --port, or run with CAP_NET_BIND_SERVICE`,
    EADDRNOTAVAIL: `${host} is not an address of this machine: choose another with --host`,
    ENOTFOUND: `${host} is not an address or a name that is known: choose another with --host`,
  };
  const text = advice[errnoOf(error) ?? ''];
  return text === undefined ? undefined : new UsageFault(text, { cause: error });
}
