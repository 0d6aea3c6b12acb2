import { fileURLToPath } from 'node:url';
import {
  type Accounts,
  type Server,
  type ServerOptions,
  type Storage,
  createAccounts,
  createServer,
} from '@twinport/ftp/server';
import { generate } from 'selfsigned';
import { WorkerPool } from 'twinport/daemon';
import { lendAccounts } from './lent-accounts.js';
import { stored } from './stored.js';
import type { TestWorkerSetup } from './test-worker-main.js';
import { testZeroCopy } from './zero-copy.js';

/** Processes that run the sessions of servers under test; with 1 it is the test's own. */
export const WORKERS = Number(process.env['TWINPORT_WORKERS'] ?? 1);

const WORKER = fileURLToPath(new URL('test-worker-main.js', import.meta.url));

/** A certificate for localhost and the loopback addresses, made once a process. */
let certificate: Promise<{ key: string; cert: string }> | undefined;

export function testCertificate(): Promise<{ key: string; cert: string }> {
  certificate ??= generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  }).then((pair) => ({ key: pair.private, cert: pair.cert }));
  return certificate;
}

/** One user, `user` with the password `secret`, who may do everything. */
export function testAccounts(storage: Storage): Accounts {
  return createAccounts({ storage, users: [{ name: 'user', password: 'secret' }], anonymous: true });
}

export interface TestServer {
  readonly server: Server;
  readonly port: number;
}

type ServerSettings = Partial<ServerOptions> & { storage?: Storage };

/**
 * A server on the loopback addresses and a free port, ended with the test. Unforeseen errors in it fail the test.
 * TWINPORT_WORKERS has so many processes run its sessions.
 */
export async function startServer(
  test: { after(done: () => Promise<void>): void },
  settings: ServerSettings = {},
): Promise<TestServer> {
  return await startServerOnWorkers(test, WORKERS, settings);
}

/** The same with so many workers; with 1 it runs its sessions itself. */
export async function startServerOnWorkers(
  test: { after(done: () => Promise<void>): void },
  count: number,
  { storage = stored(), ...options }: ServerSettings,
): Promise<TestServer> {
  const pool = count > 1 ? new WorkerPool() : undefined;
  const server = createServer({
    ...(pool && { workers: pool }),
    accounts: testAccounts(storage),
    host: ['127.0.0.1', '::1'],
    port: 0,
    ...(testZeroCopy && { zeroCopy: testZeroCopy }),
    ...options,
  });
  const internal: unknown[] = [];
  server.on('warning', (warning) => {
    if (warning.code === 'INTERNAL') internal.push(warning.cause ?? warning.message);
  });
  await listening(server);
  const takeBack = pool && (await startTestWorkers(pool, server, count));
  test.after(async () => {
    await server.destroy();
    takeBack?.();
    if (internal.length > 0)
      throw new Error(`unforeseen errors in the server: ${internal.map(String).join('; ')}`, { cause: internal[0] });
  });
  const port = server.endpoints[0]?.port;
  if (port === undefined) throw new Error('the server listens nowhere');
  return { server, port };
}

/** With workers the test's process is told a little later of what happens: resolves when it knows all until now. */
export async function allTold(server: Server): Promise<void> {
  await server.transfers();
}

/** Real processes, whose accounts are those of the test until what it returns is called. */
async function startTestWorkers(pool: WorkerPool, server: Server, count: number): Promise<() => void> {
  const lending = await lendAccounts(server);
  const setup = (serverOptions: ServerOptions): TestWorkerSetup => {
    const {
      accounts,
      pinholes,
      throttle: _throttle,
      workers: _workers,
      zeroCopy: _zeroCopy,
      ...options
    } = serverOptions;
    return { accounts: lending.lent(accounts), pinholes: pinholes !== undefined, options };
  };
  await pool.start(server, { count, script: WORKER, setup });
  return () => lending.takeBack();
}

/** A port that is free on the first address may be taken on the second: then another is tried. */
async function listening(server: Server): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await server.listen();
      return;
    } catch (error) {
      if (attempt === 5 || !(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    }
  }
}
