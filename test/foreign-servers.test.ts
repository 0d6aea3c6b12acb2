import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parsePasvReply } from '@twinport/ftp/protocol';
import { curlClient } from './kit/curl-client.js';
import type { ForeignClient, Target } from './kit/foreign-client.js';
import {
  ABILITIES,
  type ForeignServer,
  type ForeignServerOptions,
  SERVER_NAMES,
  type ServerName,
  foreignServer,
  freePorts,
  missingServer,
  startForeignServer,
} from './kit/foreign-servers.js';
import { ftplibClient } from './kit/ftplib-client.js';
import { lftpClient } from './kit/lftp-client.js';
import { missing } from './kit/peers.js';
import { RawClient } from './kit/raw-client.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const HOSTS = ['127.0.0.1', '::1'] as const;
const MODES = ['passive', 'active'] as const;
const VERSIONS = ['1.2', '1.3'] as const;
const OWNER = fileURLToPath(new URL('kit/foreign-server-owner-main.js', import.meta.url));

const absent = new Map(SERVER_NAMES.map((name) => [name, missingServer(name)]));
const noCurl = missing('curl');
const noPython = missing('python3');

/** A part of the matrix: everything about the target but where the server is. */
type Cell = Omit<Target, 'port' | 'ca'>;

function cells(name: ServerName): readonly Cell[] {
  const securities = ABILITIES[name].implicitTls
    ? (['clear', 'explicit', 'implicit'] as const)
    : (['clear', 'explicit'] as const);
  const everything = HOSTS.flatMap((host) =>
    securities.flatMap((security) => MODES.map((mode): Cell => ({ host, security, mode }))),
  );
  const versions = VERSIONS.map((tlsVersion): Cell => ({
    host: '127.0.0.1',
    security: 'explicit',
    mode: 'passive',
    tlsVersion,
  }));
  return [...everything, ...versions];
}

/**
 * curl where it can. What curl 7.88 cannot is left to others, and so is TLS with pyftpdlib, since curl's handshake begins early.
 * ftplib has no implicit TLS, and lftp sends `EPRT |2|::|` for ::1.
 */
function clientFor(name: ServerName, cell: Cell): ForeignClient | undefined {
  const early = cell.security === 'clear' || ABILITIES[name].earlyHandshake;
  if (early && curlClient().excluded(cell) === false) return curlClient();
  if (ftplibClient().excluded(cell) === false) return ftplibClient();
  return cell.mode === 'active' && cell.host === '::1' ? undefined : lftpClient;
}

function inWords({ mode, host, security, tlsVersion }: Cell): string {
  const tls = tlsVersion === undefined ? 'TLS' : `TLS ${tlsVersion} only`;
  return `${mode} mode from ${host} ${security === 'clear' ? 'in clear' : `over ${security} ${tls}`}`;
}

function optionsFor({ host, security, tlsVersion }: Cell): ForeignServerOptions {
  return {
    host,
    tls: security === 'clear' ? 'none' : security,
    ...(tlsVersion !== undefined && { tlsVersion: `TLSv${tlsVersion}` }),
  };
}

async function targetOf(t: TestContext, server: ForeignServer, cell: Cell): Promise<Target> {
  const ca = join(await temporaryFolder(t), 'ca.pem');
  await writeFile(ca, server.ca);
  return { ...cell, port: server.port, ca };
}

void describe('foreign servers', { concurrency: 3 }, () => {
  for (const name of SERVER_NAMES) {
    for (const cell of cells(name)) {
      const client = clientFor(name, cell);
      if (client === undefined) continue; // and none that a skip would tell of: see below
      const skip = absent.get(name) || missing(client.program);
      test(`${name} serves ${client.name} in ${inWords(cell)}`, { skip }, async (t) => {
        const server = await foreignServer(t, name, { ...optionsFor(cell), files: { 'in/down.bin': 'downloaded' } });
        const folder = await temporaryFolder(t);
        const bytes = randomBytes(100_000);
        await writeFile(join(folder, 'up.bin'), bytes);
        await client.run(await targetOf(t, server, cell), [
          { do: 'list', folder: '/in', into: join(folder, 'listing') },
          { do: 'get', remote: '/in/down.bin', local: join(folder, 'down.bin') },
          { do: 'put', local: join(folder, 'up.bin'), remote: '/in/up.bin' },
        ]);
        assert.match(await readFile(join(folder, 'listing'), 'utf8'), / 10 .* down\.bin\r?\n/);
        assert.equal(await readFile(join(folder, 'down.bin'), 'utf8'), 'downloaded');
        assert.ok(bytes.equals(await readFile(join(server.root, 'in/up.bin'))), server.log);
      });
    }
  }
});

void describe('every foreign server', { concurrency: 3 }, () => {
  for (const name of SERVER_NAMES) {
    const skip = absent.get(name) ?? false;
    const can = ABILITIES[name];

    test(`${name} has the features that the table says, and more of them with TLS`, { skip }, async (t) => {
      const clear = await foreignServer(t, name);
      const secured = await foreignServer(t, name, { tls: 'explicit' });
      assert.deepEqual(await featuresOf(t, clear, false), can.features);
      assert.deepEqual(await featuresOf(t, secured, true), [...can.features, ...can.tlsFeatures].toSorted());
      assert.deepEqual(await featuresOf(t, secured, false), [...can.features, ...can.tlsFeatures].toSorted());
    });

    test(`${name} lets its user change what is there`, { skip }, async (t) => {
      const server = await foreignServer(t, name, { files: { 'old.txt': 'old', 'unwanted.txt': '' } });
      const client = await connected(t, server);
      assert.match((await client.command('PWD', 257)).lines[0] ?? '', new RegExp(`^"${server.loginDirectory}"`));
      await client.command('MKD new', 257);
      await client.command('RNFR old.txt', 350);
      await client.command('RNTO new/name.txt', 250);
      await client.command('DELE unwanted.txt', 250);
      await client.upload('APPE new/name.txt', Buffer.from(' and new'));
      await client.command('REST 3', 350);
      await client.upload('STOR new/name.txt', Buffer.from(' or new'));
      await client.command('SITE CHMOD 640 new/name.txt', 200);
      await client.command(`${can.setsTimes} 20200102030405 new/name.txt`, 213);
      assert.deepEqual(await readdir(server.root), ['new']);
      const file = join(server.root, 'new/name.txt');
      assert.match(await readFile(file, 'utf8'), /^old or new/);
      const { mode, mtime, uid } = await stat(file);
      assert.equal(mode & 0o777, 0o640);
      assert.equal(mtime.toISOString(), '2020-01-02T03:04:05.000Z');
      assert.notEqual(uid, 0);
      assert.match((await client.command('MDTM new/name.txt', 213)).lines.join('\n'), /20200102030405/);
      await client.command('DELE new/name.txt', 250);
      await client.command('RMD new', 250);
      assert.deepEqual(await readdir(server.root), []);
    });

    test(`${name} has the extensions that the table says`, { skip }, async (t) => {
      const server = await foreignServer(t, name, { files: { 'a.txt': 'hello\n' } });
      const client = await connected(t, server);
      assert.equal((await client.command('MLST a.txt')).code === 250, can.facts);
      for (const verb of ['HASH', 'MD5', 'XCRC', 'XMD5', 'XSHA', 'XSHA1', 'XSHA256', 'XSHA512']) {
        const { code } = await client.command(`${verb} a.txt`);
        assert.equal(code < 300, can.hashes.includes(verb), verb);
      }
      const help = (await client.command('SITE HELP', 214)).lines.join(' ');
      for (const verb of can.site) assert.ok(help.includes(verb), `${verb} in ${help}`);
      assert.equal((await client.command('MODE Z')).code === 200, can.compresses);
      await client.command('MODE S', 200);
      const names = (await client.download('LIST -a')).toString();
      assert.match(names, / a\.txt\r\n$/m);
      await client.command('REST 2', 350);
      const data = await client.data('EPSV');
      const opening = (await client.command('RETR a.txt', 150)).lines.join(' ');
      const size = /\((\d+) bytes\)/.exec(opening)?.[1];
      assert.equal(size, { 'of the file': '6', 'of the rest': '4', false: undefined }[String(can.sizeIn150)]);
      (await data.socket).resume();
      await client.expect(226);
      const itself = (await client.download('NLST')).toString().split('\r\n').includes('.');
      assert.equal(itself, can.listsItself);
    });

    test(`${name} keeps to its passive ports and names the public address it was given`, { skip }, async (t) => {
      const passivePorts = await freePorts('127.0.0.1', 4);
      const server = await foreignServer(t, name, { passivePorts, publicAddress: '192.0.2.7' });
      const client = await connected(t, server);
      const { host, port } = parsePasvReply(await client.command('PASV', 227));
      assert.equal(host, '192.0.2.7');
      assert.ok(port >= passivePorts.first && port <= passivePorts.last, `${port}`);
    });

    test(`${name} has room for so many clients and no more`, { skip }, async (t) => {
      const server = await foreignServer(t, name, { maxClients: 2 });
      const clients = [await connected(t, server), await connected(t, server)];
      await assert.rejects(connected(t, server));
      for (const client of clients) await client.command('NOOP', 200);
    });

    test(`${name} serves 50 clients at once`, { skip }, async (t) => {
      const server = await foreignServer(t, name);
      const clients: RawClient[] = [];
      for (let count = 1; count <= 50; count += 1) clients.push(await connected(t, server));
      await Promise.all(clients.map((client) => client.command('NOOP', 200)));
    });

    test(`${name} refuses logins and data in clear when TLS is required`, { skip }, async (t) => {
      const server = await foreignServer(t, name, { tls: 'explicit', requireTls: true, files: { 'a.txt': 'a' } });
      await assert.rejects(connected(t, server));
      const client = await connected(t, server, { secure: true });
      assert.equal((await client.download('RETR a.txt')).toString(), 'a');
      assert.ok(await refusesOneOf(client, ['PROT C', 'EPSV', 'RETR a.txt']), 'data in clear was allowed');
    });

    test(`${name} leaves nothing behind when it is stopped, and can start there again`, { skip }, async (t) => {
      const server = await startForeignServer(name, { files: { 'a.txt': 'a' } });
      const client = await connected(t, server);
      assert.ok(existsSync(server.root));
      await server.stop();
      await client.ended();
      assert.ok(!existsSync(dirname(server.root)));
      await assert.rejects(connected(t, server), { code: 'ECONNREFUSED' });
      await server.stop();
      await connected(t, await foreignServer(t, name, { port: server.port }));
    });

    test(`${name} ends with the process that started it, even when that is killed`, { skip }, async (t) => {
      const owner = fork(OWNER, [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      t.after(() => owner.kill('SIGKILL'));
      const { port, root } = await toldBy(owner);
      const client = await RawClient.connect(port);
      t.after(() => client.destroy());
      owner.kill('SIGKILL');
      await client.ended();
      await gone(dirname(root));
    });

    test(`${name} ${can.unconfined ? 'can leave' : 'cannot leave'} its user unconfined`, { skip }, async (t) => {
      if (!can.unconfined) {
        await assert.rejects(startForeignServer(name, { confined: false }), /confine/);
        return;
      }
      const server = await foreignServer(t, name, { confined: false, files: { 'a.txt': 'a' } });
      const client = await connected(t, server);
      assert.equal(server.loginDirectory, server.root);
      assert.ok((await client.command('PWD', 257)).lines[0]?.includes(`"${server.root}"`));
      assert.equal((await client.download(`RETR ${server.root}/a.txt`)).toString(), 'a');
    });

    test(`${name} ${can.refusesVerbs ? 'can' : 'cannot'} be told to refuse verbs`, { skip }, async (t) => {
      const refuse = ['EPSV', 'MDTM'];
      if (!can.refusesVerbs) {
        await assert.rejects(startForeignServer(name, { refuse }), /refuse/);
        return;
      }
      const client = await connected(t, await foreignServer(t, name, { refuse, files: { 'a.txt': 'a' } }));
      for (const verb of refuse) assert.ok((await client.command(`${verb} a.txt`)).code >= 500, verb);
      assert.equal((await client.download('RETR a.txt', 'PASV')).toString(), 'a');
    });

    if (can.earlyHandshake) {
      test(`${name} lets the handshake of a data connection begin before the transfer command`, { skip }, async (t) => {
        const client = await connected(t, await foreignServer(t, name, { tls: 'explicit' }), { secure: true });
        const listing = await client.data('EPSV');
        assert.equal((await client.command('NLST')).code, 150);
        await listing.socket.then((socket) => socket.resume());
        await client.expect(226);
      });
    } else {
      test(
        `${name} drops a data connection whose handshake begins before the transfer command`,
        { skip },
        async (t) => {
          const client = await connected(t, await foreignServer(t, name, { tls: 'explicit' }), { secure: true });
          const { socket } = await client.data('EPSV');
          await assert.rejects(socket);
        },
      );
    }

    if (can.implicitTls && can.earlyHandshake) {
      test(`${name} opens data connections in implicit TLS to ::1`, { skip }, async (t) => {
        const options = { host: '::1', tls: 'implicit', files: { 'a.txt': 'a' } } as const;
        const client = await connected(t, await foreignServer(t, name, options), { implicit: true });
        await client.command('PBSZ 0', 200);
        await client.command('PROT P', 200);
        assert.equal((await client.download('RETR a.txt', 'EPRT')).toString(), 'a');
      });
    }
    if (!can.implicitTls) {
      test(`${name} says that it has no implicit TLS`, { skip }, async () => {
        await assert.rejects(startForeignServer(name, { tls: 'implicit' }), /implicit TLS/);
      });
    }

    if (!can.requiresSessionReuse) {
      test(`${name} says that it cannot require that TLS sessions are resumed`, { skip }, async () => {
        const options = { tls: 'explicit', requireSessionReuse: true } as const;
        await assert.rejects(startForeignServer(name, options), /resumed/);
      });
    }

    for (const tlsVersion of VERSIONS) {
      const cell: Cell = { host: '127.0.0.1', security: 'explicit', mode: 'passive', tlsVersion };
      const other = tlsVersion === '1.2' ? '1.3' : '1.2';

      test(`${name} with TLS ${tlsVersion} only speaks no other`, { skip: skip || noCurl }, async (t) => {
        const server = await foreignServer(t, name, optionsFor(cell));
        const target = await targetOf(t, server, { ...cell, tlsVersion: other });
        const into = join(await temporaryFolder(t), 'listing');
        await assert.rejects(curlClient().run(target, [{ do: 'list', folder: '/', into }]), /exit code 35|SSL|TLS/);
      });

      if (!can.requiresSessionReuse) continue;
      test(
        `${name} requires that TLS ${tlsVersion} sessions are resumed for data`,
        { skip: skip || noPython },
        async (t) => {
          const server = await foreignServer(t, name, { ...optionsFor(cell), requireSessionReuse: true });
          const target = await targetOf(t, server, cell);
          const into = join(await temporaryFolder(t), 'listing');
          await assert.rejects(ftplibClient().run(target, [{ do: 'list', folder: '/', into }]));
          await ftplibClient({ reuse: true }).run(target, [{ do: 'list', folder: '/', into }]);
        },
      );
    }
  }
});

async function connected(
  t: TestContext,
  server: ForeignServer,
  options: { readonly secure?: boolean; readonly implicit?: boolean } = {},
): Promise<RawClient> {
  const client = await RawClient.login(server.port, { host: server.host, ...options });
  t.after(() => client.destroy());
  return client;
}

/** Servers do not agree on where to say no. */
async function refusesOneOf(client: RawClient, lines: readonly string[]): Promise<boolean> {
  for (const line of lines) if ((await client.command(line)).code >= 500) return true;
  return false;
}

async function featuresOf(t: TestContext, server: ForeignServer, secure: boolean): Promise<readonly string[]> {
  const client = await connected(t, server, { secure });
  return (await client.command('FEAT', 211)).lines
    .slice(1, -1)
    .map((line) => line.trim())
    .toSorted();
}

async function toldBy(owner: ChildProcess): Promise<{ readonly port: number; readonly root: string }> {
  const [told] = (await once(owner, 'message')) as [{ readonly port: number; readonly root: string }];
  return told;
}

/** Resolves when the folder is no more. */
async function gone(folder: string): Promise<void> {
  const watcher = watch(dirname(folder));
  while (existsSync(folder)) await once(watcher, 'change');
  watcher.close();
}
