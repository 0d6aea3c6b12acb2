import { chown, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disk } from '@twinport/ftp/server';
import { type ForeignServerOptions, type ServerName, startForeignServer } from '../foreign-servers.js';
import { quickAccounts } from '../quick-accounts.js';
import { startServer, testCertificate } from '../server.js';
import { USER } from '../servers/foreign-server.js';
import { PEER_ABILITIES, type PeerAbilities } from './peer-abilities-table.js';

export type PeerName = ServerName | 'twinport';
export const PEER_NAMES: readonly PeerName[] = ['twinport', 'vsftpd', 'proftpd', 'pure-ftpd', 'pyftpdlib'];

export type PeerOptions = Pick<
  ForeignServerOptions,
  'host' | 'tls' | 'requireTls' | 'requireSessionReuse' | 'maxClients'
>;

/** A server to test the client against, our own or a foreign one, whose folder can be looked into. */
export interface Peer {
  readonly name: PeerName;
  readonly can: PeerAbilities;
  readonly host: string;
  readonly port: number;
  /** The certificate authority, PEM. */
  readonly ca: string;
  /** The folder it serves as `/`. */
  readonly root: string;
  readonly log: string;
  stop(): Promise<void>;
}

/** Ends with `stop`. */
export async function startPeer(name: PeerName, options: PeerOptions): Promise<Peer> {
  const { host = '127.0.0.1' } = options;
  const can = PEER_ABILITIES[name];
  if (name === 'twinport') return await startOwn(can, { ...options, host });
  const server = await startForeignServer(name, options);
  const { port, ca, root } = server;
  return {
    name,
    can,
    host,
    port,
    ca,
    root,
    get log() {
      return server.log;
    },
    stop: () => server.stop(),
  };
}

async function startOwn(
  can: PeerAbilities,
  { host, tls, requireTls, requireSessionReuse, maxClients }: PeerOptions & { readonly host: Peer['host'] },
): Promise<Peer> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'twinport-own-')));
  const done: (() => Promise<void>)[] = [];
  const test = { after: (each: () => Promise<void>): void => void done.push(each) };
  const certificate = await testCertificate();
  const { port } = await startServer(test, {
    accounts: quickAccounts(() => disk(root)),
    host,
    ...(tls !== undefined &&
      tls !== 'none' && {
        tls: {
          ...certificate,
          implicit: tls === 'implicit',
          required: requireTls === true,
          dataReuse: requireSessionReuse === true ? 'require' : 'report',
        },
      }),
    ...(maxClients !== undefined && { limits: { maxSessions: maxClients } }),
  });
  return {
    name: 'twinport',
    can,
    host,
    port,
    ca: certificate.cert,
    root,
    log: '',
    async stop() {
      for (const each of done) await each();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What is put into a peer's folder behind its back belongs to its user. */
async function own(peer: Peer, path: string | Buffer): Promise<void> {
  if (peer.name !== 'twinport') await chown(path, USER.id, USER.id);
}

export async function makeFolder(peer: Peer, path: string): Promise<void> {
  await mkdir(join(peer.root, path));
  await own(peer, join(peer.root, path));
}

export async function makeFile(peer: Peer, path: string | Buffer, content: string | Uint8Array): Promise<void> {
  const file = typeof path === 'string' ? join(peer.root, path) : Buffer.concat([Buffer.from(`${peer.root}/`), path]);
  await writeFile(file, content);
  await own(peer, file);
}

export async function makeLink(peer: Peer, path: string, target: string): Promise<void> {
  await symlink(target, join(peer.root, path));
}
