import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, describe, test } from 'node:test';
import { type TlsOptions, disk } from '@twinport/ftp/server';
import { curlClient } from './kit/curl-client.js';
import type { ForeignClient, Step, Target } from './kit/foreign-client.js';
import { ftplibClient } from './kit/ftplib-client.js';
import { lftpClient } from './kit/lftp-client.js';
import { Observed } from './kit/observed.js';
import { missing } from './kit/peers.js';
import { startServer, testCertificate } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { ncftp, tnftp } from './kit/unattended-clients.js';

const MIB = 1024 * 1024;
const HOSTS = ['127.0.0.1', '::1'] as const;
const MODES = ['active', 'passive'] as const;
/** Spaces, letters of two and three octets in UTF-8, and no ASCII letter that could stand alone. */
const ODD_NAME = 'smörgås и 港 (1).bin';
const ODD_FOLDER = 'ny mapp é';

/** A part of the matrix: everything about the target but where the server is. */
type Cell = Omit<Target, 'port' | 'ca'>;

interface Bench {
  readonly target: Target;
  readonly seen: Observed;
  /** Where a remote path is on the server's disk. */
  readonly remote: (path: string) => string;
  /** Where a file of the client's is. */
  readonly local: (name: string) => string;
}

async function bench(t: TestContext, cell: Cell, tls: Partial<TlsOptions> = {}): Promise<Bench> {
  const folder = await temporaryFolder(t);
  const [root, own, ca] = [join(folder, 'server'), join(folder, 'client'), join(folder, 'ca.pem')];
  await mkdir(root);
  await mkdir(own);
  const certificate = await testCertificate();
  await writeFile(ca, certificate.cert);
  const { server, port } = await startServer(t, {
    storage: disk(root),
    host: cell.host,
    ...(cell.security !== 'clear' && {
      tls: { ...certificate, required: true, implicit: cell.security === 'implicit', ...tls },
    }),
  });
  const target: Target = { ...cell, port, ca };
  return { target, seen: new Observed(server), remote: (path) => join(root, path), local: (name) => join(own, name) };
}

/** Mode, address family and TLS of every connection of the session were those asked for. */
function assertConnections({ target, seen }: Bench): void {
  const opened = seen.data('open');
  assert.ok(opened.length > 0, 'no data connection was opened');
  for (const { mode, role, local, remote, tls } of opened) {
    assert.equal(mode, target.mode);
    assert.equal(role, target.mode === 'active' ? 'dial' : 'listen');
    assert.deepEqual([local?.host, remote?.host], [target.host, target.host]);
    assert.equal(tls !== undefined, target.security !== 'clear', 'TLS on the data connection');
    if (target.tlsVersion !== undefined) assert.equal(tls?.protocol, `TLSv${target.tlsVersion}`);
  }
  const controls = seen.controls('open');
  assert.ok(controls.length > 0);
  for (const { local, remote } of controls) assert.deepEqual([local.host, remote.host], [target.host, target.host]);
  const secured = seen.controls('secured');
  assert.equal(secured.length, target.security === 'clear' ? 0 : controls.length);
  if (target.tlsVersion !== undefined)
    for (const { tls } of secured) assert.equal(tls?.protocol, `TLSv${target.tlsVersion}`);
}

async function assertSame(path: string, bytes: Buffer): Promise<void> {
  const found = await readFile(path);
  assert.ok(found.equals(bytes), `${path}: ${found.length} octets instead of, or other than, ${bytes.length}`);
}

/** The listing has a line with the size and the name of each file. */
async function assertListed(path: string, files: readonly (readonly [name: string, size: number])[]): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split(/\r?\n/);
  for (const [name, size] of files) {
    // lftp puts the folder before the name.
    const line = lines.find((each) => each.endsWith(` ${name}`) || each.endsWith(` /${name}`));
    assert.ok(line?.includes(String(size)), `${name} with ${size} octets in:\n${lines.join('\n')}`);
  }
}

/** The octets that the server moved in the transfers of these verbs, in order. */
function octets({ seen }: Bench, ...verbs: readonly string[]): readonly number[] {
  return seen.done.filter(({ verb }) => verbs.includes(verb)).map((event) => event.octets);
}

async function downloads(client: ForeignClient, at: Bench): Promise<void> {
  const files = [
    ['big.bin', randomBytes(MIB + 4321)],
    ['empty', Buffer.alloc(0)],
    [ODD_NAME, randomBytes(MIB)],
  ] as const;
  for (const [name, bytes] of files) await writeFile(at.remote(name), bytes);
  const half = Math.floor(files[0][1].length / 2);
  await writeFile(at.local('half.bin'), files[0][1].subarray(0, half));
  await client.run(at.target, [
    { do: 'list', folder: '/', into: at.local('listing') },
    { do: 'facts', folder: '/', into: at.local('facts') },
    ...files.map(([name]): Step => ({ do: 'get', remote: `/${name}`, local: at.local(name) })),
    { do: 'get', remote: '/big.bin', local: at.local('half.bin'), resume: true },
  ]);
  const sizes = files.map(([name, bytes]) => [name, bytes.length] as const);
  await assertListed(at.local('listing'), sizes);
  await assertListed(at.local('facts'), sizes);
  for (const [name, bytes] of files) await assertSame(at.local(name), bytes);
  await assertSame(at.local('half.bin'), files[0][1]);
  assert.equal(octets(at, 'RETR').at(-1), files[0][1].length - half, 'only the rest was sent');
  assert.ok(octets(at, 'LIST').length > 0, 'LIST was used');
  assert.ok(octets(at, 'MLSD').length > 0, 'MLSD was used');
  assert.deepEqual(at.seen.failed, []);
}

async function uploads(client: ForeignClient, at: Bench): Promise<void> {
  const files = [
    ['big.bin', randomBytes(MIB + 1234)],
    ['empty', Buffer.alloc(0)],
    [ODD_NAME, randomBytes(MIB)],
  ] as const;
  for (const [name, bytes] of files) await writeFile(at.local(name), bytes);
  const half = Math.floor(files[0][1].length / 2);
  await writeFile(at.remote('half.bin'), files[0][1].subarray(0, half));
  await client.run(at.target, [
    { do: 'makeFolder', path: `/${ODD_FOLDER}` },
    ...files.map(([name]): Step => ({ do: 'put', local: at.local(name), remote: `/${ODD_FOLDER}/${name}` })),
    { do: 'put', local: at.local('big.bin'), remote: '/half.bin', resume: true },
  ]);
  for (const [name, bytes] of files) await assertSame(at.remote(`${ODD_FOLDER}/${name}`), bytes);
  await assertSame(at.remote('half.bin'), files[0][1]);
  assert.equal(octets(at, 'STOR', 'APPE').at(-1), files[0][1].length - half, 'only the rest was sent');
  assert.deepEqual(at.seen.failed, []);
}

async function changes(client: ForeignClient, at: Bench): Promise<void> {
  const bytes = randomBytes(1000);
  await mkdir(at.remote('old folder'));
  for (const name of ['old.txt', 'unwanted ü.txt']) await writeFile(at.remote(name), bytes);
  await client.run(at.target, [
    { do: 'makeFolder', path: `/${ODD_FOLDER}` },
    { do: 'rename', from: '/old.txt', to: `/${ODD_FOLDER}/${ODD_NAME}` },
    { do: 'remove', path: '/unwanted ü.txt' },
    { do: 'removeFolder', path: '/old folder' },
    { do: 'list', folder: `/${ODD_FOLDER}`, into: at.local('listing') },
  ]);
  assert.deepEqual(await readdir(at.remote('/')), [ODD_FOLDER]);
  assert.deepEqual(await readdir(at.remote(ODD_FOLDER)), [ODD_NAME]);
  await assertSame(at.remote(`${ODD_FOLDER}/${ODD_NAME}`), bytes);
  await assertListed(at.local('listing'), [[ODD_NAME, 1000]]);
  assert.deepEqual(at.seen.failed, []);
}

const PARTS = [
  ['lists, downloads and resumes', downloads],
  ['uploads and resumes', uploads],
  ['renames, deletes, and makes and removes folders', changes],
] as const;

const CLIENTS = [curlClient(), lftpClient, ftplibClient()];
const absent = new Map(CLIENTS.map(({ program }) => [program, missing(program)]));

function cells(): readonly Cell[] {
  const securities = ['clear', 'explicit', 'implicit'] as const;
  const everything = MODES.flatMap((mode) =>
    HOSTS.flatMap((host) => securities.map((security): Cell => ({ mode, host, security }))),
  );
  const versions = MODES.flatMap((mode) =>
    (['1.2', '1.3'] as const).map((tlsVersion): Cell => ({
      mode,
      host: '127.0.0.1',
      security: 'explicit',
      tlsVersion,
    })),
  );
  return [...everything, ...versions];
}

function inWords({ mode, host, security, tlsVersion }: Cell): string {
  const tls = tlsVersion === undefined ? 'TLS' : `TLS ${tlsVersion} only`;
  return `${mode} mode from ${host} ${security === 'clear' ? 'in clear' : `over ${security} ${tls}`}`;
}

void describe('foreign clients', { concurrency: 3 }, () => {
  for (const client of CLIENTS) {
    for (const cell of cells()) {
      // ftplib cannot do implicit TLS at all: no cell, rather than a skip that nothing could ever end.
      if (client.name === 'ftplib' && cell.security === 'implicit') continue;
      const skip = absent.get(client.program) || client.excluded(cell);
      for (const [claim, part] of PARTS) {
        test(`${client.name} ${claim} in ${inWords(cell)}`, { skip }, async (t) => {
          const at = await bench(t, cell);
          await part(client, at);
          assertConnections(at);
        });
      }
    }
  }
});

void describe('foreign clients with their special ways', { concurrency: 3 }, () => {
  for (const tlsVersion of ['1.2', '1.3'] as const) {
    for (const client of [curlClient(), lftpClient, ftplibClient({ reuse: true })]) {
      // curl takes no tickets in TLS 1.2, only session IDs, and the server keeps no sessions to find by them.
      if (client.name === 'curl' && tlsVersion === '1.2') continue;
      for (const mode of MODES) {
        const cell: Cell = { mode, host: '127.0.0.1', security: 'explicit', tlsVersion };
        const skip = absent.get(client.program) || client.excluded(cell);
        test(
          `${client.name} resumes its TLS ${tlsVersion} session for each data connection in ${mode} mode`,
          { skip },
          async (t) => {
            const at = await bench(t, cell, { dataReuse: 'require' });
            await downloads(client, at);
            assertConnections(at);
            for (const { tls } of at.seen.data('open')) assert.equal(tls?.resumed, true);
          },
        );
      }
    }
  }

  test(
    'a ftplib that starts its TLS anew for data is refused where reuse is required',
    { skip: absent.get('python3') },
    async (t) => {
      const at = await bench(t, { mode: 'passive', host: '127.0.0.1', security: 'explicit' }, { dataReuse: 'require' });
      // Its own error depends on how far its TLS had come when the server gave up.
      await assert.rejects(ftplibClient().run(at.target, [{ do: 'list', folder: '/', into: at.local('listing') }]));
      assert.deepEqual(
        at.seen.failed.map(({ code }) => code),
        [522],
      );
      assert.ok(at.seen.warnings.some(({ code }) => code === 'TLS_NOT_RESUMED'));
    },
  );

  for (const way of ['passive', 'active']) {
    test(
      `curl clears the control connection (CCC, ${way} shutdown) and keeps data in TLS`,
      { skip: absent.get('curl') },
      async (t) => {
        const at = await bench(t, { mode: 'passive', host: '127.0.0.1', security: 'explicit' }, { required: false });
        await downloads(curlClient(['--ftp-ssl-ccc', '--ftp-ssl-ccc-mode', way]), at);
        assertConnections(at);
        assert.equal(at.seen.controls('cleared').length, at.seen.controls('open').length);
      },
    );
  }

  for (const [verb, mode, option] of [
    ['PASV', 'passive', '--disable-epsv'],
    ['PORT', 'active', '--disable-eprt'],
  ] as const) {
    test(`curl downloads and uploads by ${verb}`, { skip: absent.get('curl') }, async (t) => {
      const at = await bench(t, { mode, host: '127.0.0.1', security: 'clear' });
      await downloads(curlClient([option]), at);
      assertConnections(at);
      const agreed = at.seen.commands.filter((line) => /^(PASV|EPSV|PORT|EPRT)\b/.test(line));
      assert.ok(
        agreed.every((line) => line.startsWith(verb)),
        agreed.join(),
      );
    });
  }

  for (const client of [tnftp, ncftp]) {
    const skip = client.programs.map(missing).find((reason) => reason !== false) ?? false;
    for (const host of client.hosts) {
      for (const mode of MODES) {
        test(`${client.name} downloads and uploads in ${mode} mode from ${host}`, { skip }, async (t) => {
          const at = await bench(t, { mode, host, security: 'clear' });
          const [down, up] = [randomBytes(MIB + 1), randomBytes(MIB + 2)];
          await writeFile(at.remote('down.bin'), down);
          await writeFile(at.local('up.bin'), up);
          await mkdir(at.remote('in'));
          await client.get(at.target, '/down.bin', at.local('came.bin'));
          await client.put(at.target, at.local('up.bin'), '/in');
          await assertSame(at.local('came.bin'), down);
          await assertSame(at.remote('in/up.bin'), up);
          assertConnections(at);
        });
      }
    }
  }
});
