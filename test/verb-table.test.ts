import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Reply } from '@twinport/ftp/protocol';
import { READ_ONLY, SITE_VERBS, VERBS, type Storage, type Verb, memory, permissionsNeeded } from '@twinport/ftp/server';
import { quickAccounts } from './kit/quick-accounts.js';
import { RawClient, readAll } from './kit/raw-client.js';
import { startServer, testCertificate } from './kit/server.js';
import type { VerbSample } from './kit/verb-sample.js';
import { SAMPLE_FILES, VERB_SAMPLES } from './kit/verb-samples.js';

/** Any verb may give these: RFC 959 §4.2, and 550 where a path, a permission or a storage says no. */
const GENERAL = [421, 500, 501, 502, 503, 504, 530, 550];

/** NUL is in no command, whatever the verb. */
const NEVER_AN_ARGUMENT = ['\0', 'a\0b'];

const ABILITIES: ReadonlySet<unknown> = new Set(['setTimes', 'setMode', 'makeLink', 'space', 'totalSize']);

const ROWS: readonly Verb[] = [...VERBS, ...SITE_VERBS];

function sampleOf(row: Verb): VerbSample {
  const sample = VERB_SAMPLES[row.verb];
  assert(sample, `${row.verb} has no sample in kit/verb-samples.ts`);
  return sample;
}

function fresh(): Storage {
  return memory(SAMPLE_FILES);
}

/** Without any ability, as a storage of somebody's own may be. */
function bare(): Storage {
  const storage = fresh();
  return {
    stat: (path) => storage.stat(path),
    list: (path) => storage.list(path),
    openRead: (path, offset) => storage.openRead(path, offset),
    openWrite: (path, intent) => storage.openWrite(path, intent),
    remove: (path) => storage.remove(path),
    makeDirectory: (path) => storage.makeDirectory(path),
    removeDirectory: (path) => storage.removeDirectory(path),
    rename: (from, to) => storage.rename(from, to),
  };
}

/** One server for all, since each login has a storage of its own; wrong passwords and sessions left behind do not hold up the next test. */
const { port } = await startServer(
  { after },
  {
    accounts: quickAccounts(fresh),
    tls: await testCertificate(),
    activePort: 'any',
    limits: { loginDelayMs: 0, maxSessionsPerAddress: 4_000 },
  },
);

/** A session in the state that the sample asks for. */
async function ready({ tls, login, before = [] }: VerbSample, user = 'user'): Promise<RawClient> {
  const secure = tls === true && login !== 'none';
  const client = await RawClient.connect(port);
  if (secure) {
    await client.command('AUTH TLS', 234);
    await client.startTls();
  }
  if (login !== 'none') {
    await client.command(`USER ${user}`, 331);
    await client.command('PASS secret', 230);
  }
  for (const [line, code] of before) await client.command(line, code);
  return client;
}

/** Sends a line and returns its final reply, checked against the codes that this verb may give; then the session must go on. */
async function final(client: RawClient, row: Verb, line: string): Promise<Reply> {
  client.write(`${line}\r\n`);
  let reply = await client.reply();
  while (reply.code < 200) reply = await client.reply();
  const allowed = [...GENERAL, ...sampleOf(row).codes];
  assert(
    allowed.includes(reply.code),
    `${line}: ${reply.code} ${reply.lines.join(' | ')} is not a reply of ${row.verb}`,
  );
  return reply;
}

async function goesOn(client: RawClient): Promise<void> {
  const reply = await client.command('NOOP', 200);
  assert.equal(reply.lines[0], 'Still here', 'one reply a command');
}

function lineOf(name: string, argument: string | undefined): string {
  return argument === undefined ? name : `${name} ${argument}`;
}

function names(row: Verb): readonly string[] {
  return [row.verb, ...(row.aliases ?? [])];
}

test('every verb has a sample, and every sample a verb', () => {
  assert.deepEqual(Object.keys(VERB_SAMPLES).toSorted(), ROWS.map(({ verb }) => verb).toSorted());
});

for (const row of ROWS) {
  const sample = sampleOf(row);
  const { argument, code, malformed = [] } = sample;

  for (const name of names(row)) {
    test(`${name} used rightly is answered ${code}`, async () => {
      const client = await ready(sample);
      const data = sample.data && (await client.data('EPSV'));
      client.write(`${lineOf(name, argument)}\r\n`);
      if (data) {
        await client.expect(150);
        const socket = await data.socket;
        if (sample.data === 'up') socket.end('x');
        else await readAll(socket);
      }
      const reply = await client.expect(code);
      assert([...sample.codes, 502].includes(reply.code));
      if (row.verb === 'AUTH') await client.startTls();
      if (row.verb === 'QUIT') await client.ended();
      if (!sample.ends) await goesOn(client);
    });

    test(`${name} in small letters is the same verb`, async () => {
      const client = await ready(sample);
      await client.command(lineOf(name.toLowerCase(), argument), sample.data ? 425 : code);
    });
  }

  test(`${row.verb} before login is answered ${row.needs.length > 0 ? 530 : sample.beforeLogin}`, async () => {
    const client = await RawClient.connect(port);
    assert.equal(
      (await final(client, row, lineOf(row.verb, argument))).code,
      row.needs.length > 0 ? 530 : sample.beforeLogin,
    );
    if (row.verb === 'AUTH') await client.startTls();
    if (row.verb !== 'QUIT') await goesOn(client);
  });

  test(`${row.verb} with a wrong argument is refused and the session goes on`, async () => {
    const client = await ready(sample);
    const refuse = async (text: string | undefined, expected: number): Promise<void> => {
      if (row.needs.includes('data')) await client.command('EPSV', 229);
      const line = lineOf(row.verb, text);
      assert.equal((await final(client, row, line)).code, expected, JSON.stringify(line));
      await goesOn(client);
    };
    const optional = row.argument.syntax === '' || row.argument.syntax.startsWith('[');
    if (!optional) await refuse(undefined, code === 502 ? 502 : 501);
    if (row.argument.syntax === '') await refuse('extra', 501);
    for (const each of malformed) await (typeof each === 'string' ? refuse(each, 501) : refuse(each[0], each[1]));
    for (const each of NEVER_AN_ARGUMENT) await refuse(each, 500);
    await refuse('x'.repeat(9_000), 500);
  });

  if (permissionsNeeded(row).some((group) => !group.some((permission) => READ_ONLY.has(permission)))) {
    test(`${row.verb} over a read-only account is answered 550`, async () => {
      const client = await ready(
        { ...sample, before: sample.before?.filter(([line]) => !line.startsWith('RNFR')) ?? [] },
        'reader',
      );
      if (row.needs.includes('data')) await client.command('EPSV', 229);
      assert.equal((await final(client, row, lineOf(row.verb, argument))).code, 550);
      await goesOn(client);
    });
  }
}

test('a storage without abilities answers 502 to the verbs that need one, and neither FEAT nor HELP shows them', async (t) => {
  const { port: barePort } = await startServer(t, { accounts: quickAccounts(bare) });
  const client = await RawClient.login(barePort);
  const features = (await client.command('FEAT', 211)).lines.map((line) => line.trim());
  const help = `${(await client.command('HELP', 214)).lines.join('  ')}  ${(await client.command('HELP SITE', 214)).lines.join('  ')}  `;
  const able = ROWS.filter(({ verb, needs }) => verb === 'MFF' || needs.some((need) => ABILITIES.has(need)));
  assert(able.length > 6);
  for (const row of able) {
    assert.equal((await final(client, row, lineOf(row.verb, sampleOf(row).argument))).code, 502, row.verb);
    assert(
      !features.some((feature) => feature === row.verb || feature.startsWith(`${row.verb} `)),
      `FEAT has ${row.verb}`,
    );
    assert(!help.includes(`${row.verb}  `), `HELP has ${row.verb}`);
    await goesOn(client);
  }
});

/** The verb that a line of FEAT promises, where it is not the line's first word. */
const PROMISED: Readonly<Record<string, readonly [line: string, code: number]>> = {
  UTF8: ['OPTS UTF8 ON', 200],
  TVFS: ['MLST /directory/../empty', 250],
};

test('what FEAT lists can be done', async () => {
  const client = await ready({ code: 0, codes: [], tls: true });
  await client.command('TYPE I', 200);
  const [, ...features] = (await client.command('FEAT', 211)).lines.slice(0, -1).map((line) => line.trim());
  assert(features.length > 20);
  assert.equal(new Set(features).size, features.length, 'each once');
  for (const feature of features) {
    const name = ROWS.map(({ verb }) => verb).find((verb) => feature === verb || feature.startsWith(`${verb} `));
    const [line, code] = PROMISED[feature] ?? [
      name === undefined ? undefined : lineOf(name, VERB_SAMPLES[name]?.argument),
      undefined,
    ];
    assert(line !== undefined, `no verb goes with the feature ${feature}`);
    if (name === 'CCC') continue; // it would end the TLS of this session; it has its own test above
    const reply = await client.command(name === 'HOST' || name === 'AUTH' ? `HELP ${name}` : line);
    assert(
      reply.code !== 500 && reply.code !== 502 && (code === undefined || reply.code === code),
      `${feature}: ${line}: ${reply.code}`,
    );
  }
});

test('HELP lists every verb that can be used, under all its names, and explains each', async () => {
  const client = await RawClient.login(port);
  const listed = new Set(
    (await client.command('HELP', 214)).lines.slice(1, -1).flatMap((line) => line.trim().split(/ +/)),
  );
  const usable = VERBS.filter(
    ({ verb }) => !['SMNT', 'ADAT', 'MIC', 'CONF', 'ENC', 'DSIZ', 'AVBL'].includes(verb),
  ).flatMap(names);
  for (const name of usable) assert(listed.has(name), name);
  const ofSite = (await client.command('HELP SITE', 214)).lines.slice(1, -1).join('  ').split(/ {2,}/);
  assert.deepEqual(
    ofSite
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .toSorted(),
    SITE_VERBS.map(({ verb }) => verb).toSorted(),
  );
  for (const row of ROWS.filter(({ verb }) => verb !== 'SITE'))
    assert.match((await client.command(`HELP ${row.verb}`, 214)).lines[0] ?? '', new RegExp(`^Syntax: ${row.verb}`));
});

/** Lines in order, each with the code of its final reply, on a session that is logged in. */
const SEQUENCES: Readonly<Record<string, readonly (readonly [line: string, code: number])[]>> = {
  'RNTO without RNFR': [['RNTO b', 503]],
  'RNTO after a failed RNFR': [
    ['RNFR file.txt', 350],
    ['RNFR missing', 550],
    ['RNTO b', 503],
  ],
  'RNTO after another command': [
    ['RNFR file.txt', 350],
    ['PWD', 257],
    ['RNTO b', 503],
    ['SIZE file.txt', 213],
  ],
  'RNTO after an unknown command': [
    ['RNFR file.txt', 350],
    ['NOSUCH', 500],
    ['RNTO b', 503],
  ],
  'RNTO twice': [
    ['RNFR file.txt', 350],
    ['RNTO b', 250],
    ['RNTO c', 503],
  ],
  'RNTO again after it failed': [
    ['RNFR file.txt', 350],
    ['RNTO missing/b', 550],
    ['RNTO b', 503],
  ],
  'PASS twice': [['PASS x', 230]],
  'PASS after USER that ended the login': [
    ['USER nobody', 331],
    ['PWD', 530],
    ['PASS wrong', 530],
    ['PASS secret', 503],
  ],
  'PBSZ, PROT and CCC in clear': [
    ['PBSZ 0', 503],
    ['PROT P', 503],
    ['CCC', 533],
  ],
  'a transfer without a data connection': [
    ['RETR file.txt', 425],
    ['STOR x', 425],
    ['LIST', 425],
    ['MLSD', 425],
    ['SIZE x', 550],
  ],
  'REST is for one transfer, also one that fails': [
    ['REST 3', 350],
    ['EPSV', 229],
    ['RETR missing', 550],
    ['STAT', 211],
  ],
  'APPE after REST': [
    ['REST 3', 350],
    ['EPSV', 229],
    ['APPE file.txt', 503],
  ],
  'EPSV ALL refuses all others': [
    ['EPSV ALL', 200],
    ['PASV', 503],
    ['PORT 127,0,0,1,200,10', 503],
    ['EPRT |1|127.0.0.1|51210|', 503],
    ['LPRT 4,4,127,0,0,1,2,200,10', 503],
    ['LPSV', 503],
    ['EPSV', 229],
    ['PASV', 503],
  ],
  'EPSV ALL holds after failures': [
    ['EPSV ALL', 200],
    ['EPSV 2', 522],
    ['EPSV X', 501],
    ['RETR missing', 425],
    ['ABOR', 226],
    ['PASV', 503],
    ['PORT 127,0,0,1,200,10', 503],
  ],
  'EPSV ALL ends with REIN': [
    ['EPSV ALL', 200],
    ['REIN', 220],
    ['USER user', 331],
    ['PASS secret', 230],
    ['PASV', 227],
  ],
  'HOST after login': [
    ['HOST ftp.example.com', 503],
    ['PWD', 257],
  ],
  'REIN logs out': [
    ['REIN', 220],
    ['PWD', 530],
    ['PASS secret', 503],
  ],
  'a refused PORT takes nothing away': [
    ['EPSV', 229],
    ['PORT 10,0,0,1,200,10', 500],
    ['STAT', 211],
  ],
  'RANG in TYPE A': [
    ['TYPE A', 200],
    ['RANG 0 1', 503],
    ['RANG 1 0', 350],
  ],
  'STRU P goes with MODE S': [
    ['MODE B', 200],
    ['STRU P', 504],
    ['MODE S', 200],
    ['STRU P', 200],
    ['MODE Z', 504],
  ],
  'CDUP at the root stays there': [
    ['CDUP', 250],
    ['PWD', 257],
  ],
  'MKD of what exists': [['MKD directory', 550]],
};

for (const [claim, steps] of Object.entries(SEQUENCES)) {
  test(`out of sequence: ${claim}`, async () => {
    const client = await RawClient.login(port);
    for (const [line, code] of steps) {
      assert.equal((await client.command(line)).code, code, line);
      await goesOnUnlessRename(client, line);
    }
    await goesOn(client);
  });
}

/** Between RNFR and RNTO nothing may come. */
async function goesOnUnlessRename(client: RawClient, line: string): Promise<void> {
  if (!line.startsWith('RNFR')) await goesOn(client);
}

test('REST holds for the next transfer only, whatever comes between', async () => {
  const client = await RawClient.login(port);
  await client.command('REST 4', 350);
  await client.command('SIZE file.txt', 213);
  assert.equal((await client.download('RETR file.txt')).toString(), 'two\n');
  assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\n');
  await client.command('REST 4', 350);
  await client.download('LIST');
  assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\n');
});

test('APPE and STOU leave nothing of a refused REST behind', async () => {
  const client = await RawClient.login(port);
  await client.command('REST 4', 350);
  await client.data('EPSV');
  await client.command('APPE file.txt', 503);
  await client.upload('APPE file.txt', Buffer.from('three\n'));
  assert.equal((await client.download('RETR file.txt')).toString(), 'one\ntwo\nthree\n');
});
