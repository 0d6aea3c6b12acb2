import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Reply } from '@twinport/ftp/protocol';
import {
  type Account,
  type Permission,
  PERMISSIONS,
  READ_ONLY,
  READ_WRITE,
  SITE_VERBS,
  type Storage,
  VERBS,
  type Verb,
  disk,
  memory,
  permissionsNeeded,
} from '@twinport/ftp/server';
import { RawClient, readAll } from './kit/raw-client.js';
import { startServer } from './kit/server.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { SAMPLE_FILES, VERB_SAMPLES } from './kit/verb-samples.js';

const ROWS: readonly Verb[] = [...VERBS, ...SITE_VERBS].filter((row) => permissionsNeeded(row).length > 0);
/** They need a permission and take no path: it is enough to have it in one folder. */
const WITHOUT_PATH = ['CDUP', 'ALLO', 'SITE UMASK'];
const NAMES = /\b(?:file|other|new|renamed|joined|copy|link)\.txt\b|\b(?:directory|empty|made)\b|^\/$/g;

const none: ReadonlySet<Permission> = new Set();
const without = (...permissions: Permission[]): ReadonlySet<Permission> =>
  new Set(PERMISSIONS.filter((each) => !permissions.includes(each)));
const only = (...permissions: Permission[]): ReadonlySet<Permission> => new Set(permissions);

type Rights = Pick<Account, 'permissions' | 'folders'>;

/** The sample files in `/open` and in `/closed`, and links to each from `/open`. */
async function fill(storage: Storage): Promise<Storage> {
  await storage.makeLink?.('/open/link', '/closed');
  await storage.makeLink?.('/closed/back', '/open');
  return storage;
}

const CONTENT = Object.fromEntries(
  ['/open', '/closed'].flatMap((folder) =>
    Object.entries(SAMPLE_FILES).map(([path, content]) => [`${folder}${path}`, content]),
  ),
);

const STORAGES: Readonly<Record<string, (t: TestContext) => Promise<Storage>>> = {
  memory: async () => await fill(memory(CONTENT)),
  disk: async (t) => {
    const storage = disk(await temporaryFolder(t));
    for (const folder of ['/open', '/closed']) {
      for (const each of [folder, `${folder}/directory`, `${folder}/empty`]) await storage.makeDirectory(each);
    }
    for (const [path, content] of Object.entries(CONTENT)) {
      if (path.endsWith('/')) continue;
      const file = await storage.openWrite(path, { kind: 'create' });
      await file.write([Buffer.from(content)]);
      await file.close();
    }
    return await fill(storage);
  },
};

async function login(t: TestContext, storage: Storage, rights: Rights): Promise<RawClient> {
  const accounts = {
    login: async () => ({ name: 'user', storage, ...rights }),
  };
  const { port } = await startServer(t, { accounts });
  return await RawClient.login(port);
}

/** The final reply to a line; what a transfer sends is not looked at, and `x` is uploaded. */
async function done(client: RawClient, row: Verb, line: string): Promise<Reply> {
  if (!row.needs.includes('data')) return await client.command(line);
  const data = await client.data('EPSV');
  const reply = await client.command(line);
  if (reply.code !== 150) return reply;
  const socket = await data.socket;
  if (VERB_SAMPLES[row.verb]?.data === 'up') socket.end('x');
  else await readAll(socket);
  return await client.reply();
}

/** The row's sample, in a folder; undefined for one without a path. */
function lineIn(row: Verb, folder: string): string | undefined {
  const { argument } = VERB_SAMPLES[row.verb] ?? {};
  if (row.verb === 'STOU') return `STOU ${folder}/new.txt`;
  const placed = argument?.replaceAll(NAMES, (name) => (name === '/' ? folder : `${folder}/${name}`));
  return placed === argument ? undefined : `${row.verb} ${placed}`;
}

async function prepare(client: RawClient, row: Verb, folder: string): Promise<void> {
  if (row.verb === 'RNTO') await client.command(`RNFR ${folder}/file.txt`);
}

async function snapshot(storage: Storage, directory = '/'): Promise<string[]> {
  const found: string[] = [];
  for await (const entries of storage.list(directory)) {
    for (const { name, type, size, target, mode, modified } of entries) {
      const path = `${directory === '/' ? '' : directory}/${name}`;
      found.push(`${path} ${type} ${type === 'file' ? `${size} ${mode} ${modified.getTime()}` : ''}`);
      if (type === 'directory' && target === undefined) found.push(...(await snapshot(storage, path)));
    }
  }
  return found;
}

test('each verb that needs a permission has a sample with a path, but for those without one', () => {
  assert.deepEqual(
    ROWS.filter((row) => lineIn(row, '/open') === undefined).map(({ verb }) => verb),
    WITHOUT_PATH,
  );
});

for (const [kind, createStorage] of Object.entries(STORAGES)) {
  for (const row of ROWS.filter(({ verb }) => !WITHOUT_PATH.includes(verb))) {
    const needed = permissionsNeeded(row);
    const code = VERB_SAMPLES[row.verb]?.code;

    test(`${kind}: ${row.verb} needs no more than its row says, and only in the folder that it names`, async (t) => {
      const storage = await createStorage(t);
      const client = await login(t, storage, {
        permissions: none,
        folders: [{ path: '/open', permissions: only(...needed.flat()) }],
      });
      if (row.verb === 'MFCT' && kind === 'disk') return;
      await prepare(client, row, '/open');
      assert.equal((await done(client, row, lineIn(row, '/open') ?? '')).code, code);
    });

    for (const group of needed) {
      for (const folder of [
        '/closed',
        '/open/../closed',
        '/open/link',
        '/open/link/../../closed',
        '/open/link/back/link',
      ]) {
        test(`${kind}: ${row.verb} is refused in ${folder} without ${group.join(', ')} there`, async (t) => {
          const storage = await createStorage(t);
          const before = await snapshot(storage);
          const client = await login(t, storage, {
            permissions: READ_WRITE,
            folders: [{ path: '/closed/', permissions: without(...group) }],
          });
          if (row.verb === 'MFCT' && kind === 'disk') return;
          await prepare(client, row, '/open');
          const { code: refused, lines } = await done(client, row, lineIn(row, folder) ?? '');
          assert([550, 553].includes(refused), `${refused} ${lines.join(' | ')}`);
          assert.match(lines[0] ?? '', /^Permission denied: this account may not .* here$/);
          assert.deepEqual(await snapshot(storage), before);
        });
      }
    }
  }
}

for (const row of ROWS) {
  for (const group of permissionsNeeded(row)) {
    test(`${row.verb} without ${group.join(', ')} anywhere is refused, and HELP does not list it`, async (t) => {
      const client = await login(t, await fill(memory(CONTENT)), { permissions: without(...group) });
      const { code, lines } = await done(client, row, lineIn(row, '/open') ?? row.verb);
      assert.equal(code, 550);
      assert.match(lines[0] ?? '', /^Permission denied: this account may not .*(?<! here)$/);
      const site = row.verb.startsWith('SITE ');
      const help = (await client.command(site ? 'HELP SITE' : 'HELP', 214)).lines.join('  ');
      assert(!help.includes(`  ${row.verb}  `), help);
    });
  }
}

async function both(
  name: string,
  rights: Rights,
  claim: (client: RawClient, storage: Storage) => Promise<void>,
): Promise<void> {
  for (const [kind, createStorage] of Object.entries(STORAGES)) {
    await test(`${kind}: ${name}`, async (t) => {
      const storage = await createStorage(t);
      await claim(await login(t, storage, rights), storage);
    });
  }
}

async function answers(client: RawClient, table: readonly (readonly [line: string, code: number])[]): Promise<void> {
  for (const [line, code] of table) {
    const row = VERBS.find(({ verb }) => line.startsWith(verb));
    assert.equal((await (row ? done(client, row, line) : client.command(line))).code, code, line);
  }
}

await both('who may write but not overwrite makes new files only', { permissions: without('overwrite') }, (client) =>
  answers(client, [
    ['STOR /open/file.txt', 553],
    ['STOR /open/new.txt', 226],
    ['STOR /open/new.txt', 553],
    ['STOU /open/new.txt', 226],
    ['SITE COPY /open/file.txt /open/other.txt', 553],
    ['RNFR /open/file.txt', 350],
    ['RNTO /open/other.txt', 553],
    ['REST 2', 350],
    ['STOR /open/file.txt', 553],
    ['REST 8', 350],
    ['STOR /open/file.txt', 226],
    ['RANG 0 4', 350],
    ['STOR /open/other.txt', 553],
    ['SIZE /open/file.txt', 213],
    ['APPE /open/file.txt', 226],
  ]),
);

await both('who may overwrite but not write replaces what is there', { permissions: without('write') }, (client) =>
  answers(client, [
    ['STOR /open/file.txt', 226],
    ['STOR /open/new.txt', 550],
    ['APPE /open/new.txt', 550],
    ['APPE /open/file.txt', 226],
    ['SITE COPY /open/file.txt /open/new.txt', 550],
    ['REST 9', 350],
    ['STOR /open/file.txt', 554],
  ]),
);

await both('who may not append begins new files with APPE', { permissions: without('append', 'overwrite') }, (client) =>
  answers(client, [
    ['APPE /open/file.txt', 550],
    ['APPE /open/new.txt', 226],
    ['APPE /open/new.txt', 550],
    ['REST 8', 350],
    ['STOR /open/file.txt', 550],
  ]),
);

await both(
  'nothing gains by a rename, and what folders have permissions of their own stays where it is',
  {
    permissions: READ_WRITE,
    folders: [
      { path: '/closed', permissions: without('read') },
      { path: '/open/directory/deep', permissions: none },
    ],
  },
  (client) =>
    answers(client, [
      ['RNFR /closed/file.txt', 350],
      ['RNTO /open/found.txt', 550],
      ['RNFR /closed/file.txt', 350],
      ['RNTO /closed/found.txt', 250],
      ['RNFR /open/file.txt', 350],
      ['RNTO /closed/file.txt', 250],
      ['RNFR /open/directory', 350],
      ['RNTO /open/moved', 550],
      ['RNFR /open/empty', 350],
      ['RNTO /open/directory/deep', 550],
      ['RNFR /closed', 350],
      ['RNTO /open/closed', 550],
    ]),
);

await both(
  'without list a name that is there is refused as one that is not',
  { permissions: READ_WRITE, folders: [{ path: '/closed', permissions: none }] },
  async (client) => {
    for (const line of ['RETR', 'SIZE', 'MDTM', 'MLST', 'CWD', 'DELE', 'RNFR', 'STAT', 'XCRC', 'STOR'].flatMap((verb) =>
      ['/closed', '/open/link', '/open/link/../../closed', '/open/link/back/link'].flatMap((folder) => [
        `${verb} ${folder}/file.txt`,
        `${verb} ${folder}/missing.txt`,
        `${verb} ${folder}/directory/missing/deeper.txt`,
        `${verb} ${folder}/*`,
      ]),
    )) {
      const row = VERBS.find(({ verb }) => line.startsWith(verb));
      assert(row);
      const { code, lines } = await done(client, row, line);
      assert.equal(code, 550, line);
      assert.match(lines[0] ?? '', /^Permission denied: /, line);
    }
  },
);

await both(
  'a recursive listing, a pattern and a sum keep out of a folder without list',
  { permissions: READ_WRITE, folders: [{ path: '/closed', permissions: without('list') }] },
  async (client, storage) => {
    await storage.makeDirectory('/open/directory/deep');
    const tree = (await client.download('LIST -R /')).toString();
    assert.match(tree, /inner\.txt/);
    assert.equal(tree.match(/file\.txt/g)?.length, 1, tree);
    assert.match((await client.download('LIST /open')).toString(), /^l.* 0 .* link( -> .*)?\r$/m);
    await answers(client, [
      ['LIST /closed/*.txt', 550],
      ['NLST /open/link/*.txt', 550],
      ['LIST -d /closed', 550],
      ['DSIZ /', 550],
      ['DSIZ /open', 213],
      ['STAT /closed', 550],
      ['RETR /closed/file.txt', 226],
    ]);
  },
);

await both(
  'perm of what cannot be renamed, for a folder below it has permissions of its own, has no f, however it is reached',
  { permissions: READ_WRITE, folders: [{ path: '/closed/directory/deep', permissions: none }] },
  async (client) => {
    for (const path of ['/closed/directory', '/open/link/directory']) {
      assert.match((await client.command(`MLST ${path}`, 250)).lines[1] ?? '', /perm=cdelmp;/, path);
      await client.command(`RNFR ${path}`, 350);
      await client.command('RNTO /open/moved', 550);
    }
  },
);

await both(
  'perm tells what can be done with each entry, by its folder, also through a link',
  {
    permissions: READ_WRITE,
    folders: [
      { path: '/closed', permissions: only('list', 'read') },
      { path: '/open/empty', permissions: only('write') },
    ],
  },
  async (client, storage) => {
    if (storage.makeLink) await storage.makeLink('/open/file-link', '/closed/file.txt');
    await client.command('OPTS MLST perm', 200);
    const listed = async (folder: string): Promise<string[]> =>
      (await client.download(`MLSD ${folder}`)).toString().trimEnd().split('\r\n').toSorted();
    assert.deepEqual(await listed('/open'), [
      'perm=adfrw; file.txt',
      'perm=adfrw; other.txt',
      'perm=c; empty',
      'perm=cdeflmp; directory',
      'perm=dfr; file-link',
      'perm=efl; link',
    ]);
    assert.deepEqual(await listed('/closed'), [
      'perm=el; back',
      'perm=el; directory',
      'perm=el; empty',
      'perm=r; file.txt',
      'perm=r; other.txt',
    ]);
    assert.match((await client.command('MLST /closed/file.txt', 250)).lines[1] ?? '', /^ ?perm=r; /);
    assert.match((await client.command('MLST /', 250)).lines[1] ?? '', /^ ?perm=celmp; \/$/);
  },
);

test('permissions that change hold from the next command on', async (t) => {
  const account = {
    name: 'user',
    storage: memory(CONTENT),
    permissions: READ_ONLY,
    folders: undefined as Account['folders'],
  };
  const { port } = await startServer(t, { accounts: { login: async () => account as Account } });
  const client = await RawClient.login(port);
  await client.command('DELE /open/file.txt', 550);
  account.permissions = READ_WRITE;
  account.folders = [{ path: '/closed', permissions: READ_ONLY }];
  await client.command('DELE /open/file.txt', 250);
  await client.command('DELE /closed/file.txt', 550);
});

test('a change by SITE and by MDTM is reported as one', async (t) => {
  const { server, port } = await startServer(t, {
    accounts: { login: async () => ({ name: 'user', storage: memory(CONTENT), permissions: READ_WRITE }) },
  });
  const seen: string[] = [];
  server.on('command', ({ verb, argument }) => seen.push(`${verb} ${argument}`));
  const client = await RawClient.login(port);
  await client.command('SITE CHMOD 600 /open/file.txt', 200);
  await client.command('MDTM 20200131235959 /open/file.txt', 213);
  await client.command('MDTM /open/file.txt', 213);
  await client.command('SITE HELP', 214);
  assert.deepEqual(seen, ['SITE CHMOD 600 /open/file.txt', 'MDTM 20200131235959 /open/file.txt']);
});
