import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Completed, complete } from './completion.js';
import { ListingCache } from './listing-cache.js';

const FOLDERS: Readonly<Record<string, readonly (readonly [name: string, type: 'file' | 'directory'])[]>> = {
  '/': [
    ['pub', 'directory'],
    ['my docs', 'directory'],
    ['public.txt', 'file'],
    ['.hidden', 'file'],
    ["it's", 'file'],
    ['\u001b[2Jclear', 'file'],
  ],
  '/my docs': [
    ['read me.txt', 'file'],
    ['red', 'directory'],
  ],
};

function server(): Completed {
  const listings = new ListingCache(async (path) => (FOLDERS[path] ?? []).map(([name, type]) => ({ name, type })));
  return { opened: { listings, at: (path) => (path === '' ? '/' : `/${path.replace(/\/$/, '')}`) } };
}

const REMOTE: readonly (readonly [line: string, candidates: string[], written: string])[] = [
  ['pw', ['pwd '], 'pw'],
  ['cd pu', ['pub/'], 'pu'],
  ['ls pu', ['pub/', 'public.txt '], 'pu'],
  ['ls ', ["it\\'s ", String.raw`my\ docs/`, 'pub/', 'public.txt '], ''],
  ['ls .', ['.hidden '], '.'],
  ['ls my', [String.raw`my\ docs/`], 'my'],
  [String.raw`ls my\ d`, [String.raw`my\ docs/`], String.raw`my\ d`],
  ["ls 'my d", ["'my docs/"], "'my d"],
  ['ls "my docs/re', ['read me.txt" ', 'red/'], 're'],
  [String.raw`cat my\ docs/rea`, [String.raw`read\ me.txt `], 'rea'],
  ['ls -l pu', ['pub/', 'public.txt '], 'pu'],
  ['find --name x pu', ['pub/'], 'pu'],
  ['cd pub; cat pub', ['pub/', 'public.txt '], 'pub'],
  ['ls --rec', ['--recursive '], '--rec'],
  ['get --if-exists re', ['resume '], 're'],
  ['get --ins', [], '--ins'],
  ['mode p', ['passive '], 'p'],
  ['mode passive x', [], 'x'],
  ['help mkd', ['mkdir '], 'mkd'],
  ['sync lo', ['local:'], 'lo'],
  ['nosuch x', [], 'x'],
  ['cat my/no/such/x', [], 'x'],
];

for (const [line, candidates, written] of REMOTE)
  test(`Tab after ${JSON.stringify(line)}`, async () => {
    assert.deepEqual(await complete(server(), line), [candidates.toSorted(), written]);
  });

test('names of this machine for put, lcd and local:', async (t: TestContext) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-completion-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'a folder'));
  writeFileSync(join(folder, 'a file'), '');
  assert.deepEqual(await complete(server(), `put ${folder}/a`), [[String.raw`a\ file `, String.raw`a\ folder/`], 'a']);
  assert.deepEqual(await complete(server(), `lcd ${folder}/a`), [[String.raw`a\ folder/`], 'a']);
  assert.deepEqual(await complete(server(), `sync local:${folder}/a`), [
    [String.raw`a\ file `, String.raw`a\ folder/`],
    'a',
  ]);
});

test('without a server there are no names', async () => {
  assert.deepEqual(await complete({ opened: undefined }, 'ls pu'), [[], 'pu']);
});

test('a folder is listed once in a while, and again after it failed', async () => {
  let [asked, now] = [0, 0];
  const listings = new ListingCache(
    async () => {
      asked++;
      if (asked === 1) throw new Error('not now');
      return [{ name: 'a', type: 'file' }];
    },
    () => now,
  );
  assert.deepEqual(await listings.names('/'), []);
  assert.deepEqual(await listings.names('/'), [{ name: 'a', folder: false }]);
  await listings.names('/');
  assert.equal(asked, 2);
  now = 60_000;
  await listings.names('/');
  assert.equal(asked, 3);
  listings.forget();
  await listings.names('/');
  assert.equal(asked, 4);
});
