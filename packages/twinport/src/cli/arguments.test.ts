import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageFault } from '../daemon/usage-fault.js';
import { confirm } from './confirm.js';
import { checkOneRemote } from './cp.js';
import { depthBelow, moment } from './find.js';
import { splitGetArguments } from './get.js';
import { algorithm, hashLine } from './hash.js';
import { checkPutArguments } from './put.js';
import { clientCommand, connections, size, wholeNumber } from './shared-flags.js';
import { maxDelete } from './sync.js';
import { readPlan } from './sync-plan-file.js';
import { addTransferOptions, ifExistsOf, transferOptionsOf } from './transfer-flags.js';

test('the last argument of get is where to, if it is no remote', () => {
  const [a, b] = ['ftp://x/a', 'ftp://x/b'];
  assert.deepEqual(splitGetArguments([a]), { sources: [a], target: '.' });
  assert.deepEqual(splitGetArguments([a, b]), { sources: [a, b], target: '.' });
  assert.deepEqual(splitGetArguments([a, b, 'dir']), { sources: [a, b], target: 'dir' });
  assert.deepEqual(splitGetArguments([a, '-']), { sources: [a], target: '-' });
  for (const wrong of [['file'], ['file', 'dir'], [a, 'file', 'dir']])
    assert.throws(() => splitGetArguments(wrong), UsageFault);
});

test('put goes from here to a server, cp has a server on one side at least', () => {
  assert.throws(() => checkPutArguments(['a'], 'b'), UsageFault);
  assert.throws(() => checkPutArguments(['ftp://x/a'], 'ftp://x/b'), UsageFault);
  checkPutArguments(['a', '-'], 'ftp://x/b');
  assert.throws(() => checkOneRemote(['ftp://x/a', 'b'], 'c'), UsageFault);
  checkOneRemote(['ftp://x/a', 'b'], 'ftp://x/c');
});

test('numbers are checked', () => {
  assert.equal(size('2M'), 2_097_152);
  assert.equal(connections('64'), 64);
  assert.equal(maxDelete('10'), 10);
  assert.equal(maxDelete('10%'), '10%');
  for (const wrong of ['0', '65', 'x', '1.5', '']) assert.throws(() => connections(wrong), wrong);
  for (const wrong of ['x', '101%', '-1', '']) assert.throws(() => maxDelete(wrong), wrong);
  for (const wrong of ['-1', '', '1e3']) assert.throws(() => wholeNumber(wrong), wrong);
});

const parse = (...args: string[]): object => {
  const command = addTransferOptions(clientCommand('get', '', { examples: '' }).argument('[X...]'));
  command.parse(args, { from: 'user' });
  return transferOptionsOf(command.opts());
};

test('the flags of a transfer become the options of the client, and nothing is said that was not asked for', () => {
  assert.deepEqual(parse(), { ifExists: 'overwrite' });
  assert.deepEqual(parse('--no-atomic', '--preserve', '--verify', 'hash', '-p'), {
    ifExists: 'overwrite',
    atomic: false,
    preserveTime: true,
    verify: 'hash',
    makeDirectories: true,
  });
  assert.deepEqual(parse('--atomic', '-c'), { ifExists: 'resume', atomic: true });
  assert.equal(ifExistsOf({ continue: true, ifExists: 'skip' }), 'skip');
});

test('moments are dates, or spans before now', () => {
  assert.equal(moment('2026-01-31').toISOString(), '2026-01-31T00:00:00.000Z');
  assert.equal(moment('2026-01-31T12:00Z').toISOString(), '2026-01-31T12:00:00.000Z');
  assert.ok(Math.abs(Date.now() - 86_400_000 - moment('1d').getTime()) < 60_000);
  for (const wrong of ['yesterday', '2026', '', '5']) assert.throws(() => moment(wrong), wrong);
  assert.equal(depthBelow('/pub/a/b', '/pub'), 2);
  assert.equal(depthBelow('/a', '/'), 1);
});

test('hashes are printed as sha256sum prints them', () => {
  assert.equal(algorithm('SHA-256'), 'SHA-256');
  assert.equal(algorithm('md5'), 'MD5');
  assert.throws(() => algorithm('sha3'));
  assert.equal(hashLine('ab', 'x y'), 'ab  x y\n');
  assert.equal(hashLine('ab', 'a\\b\nc'), '\\ab  a\\\\b\\nc\n');
});

test('where nobody can be asked a deletion needs --yes, and a dry run needs nothing', async () => {
  const { signal } = new AbortController();
  const stdin = { isTTY: false } as NodeJS.ReadStream;
  await assert.rejects(confirm('Delete x?', {}, signal, stdin), /Delete x\? .* --yes/);
  assert.equal(await confirm('Delete x?', { yes: true }, signal, stdin), true);
  assert.equal(await confirm('Delete x?', { dryRun: true }, signal, stdin), true);
});

test('a plan that leads out of its roots, or is none, is refused', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-plan-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const plan = {
    version: 1,
    made: '2026-01-01T00:00:00.000Z',
    from: { kind: 'local', path: '/a' },
    to: { kind: 'remote', host: 'x', port: 21, path: '/b' },
    options: {
      compare: 'newer',
      delete: false,
      deleteExcluded: false,
      links: 'skip',
      preserveTime: true,
      filters: [{ exclude: '*.tmp' }],
    },
    totals: {},
    actions: [{ do: 'delete-directory', path: 'a/b' }],
    skipped: [],
    errors: [],
  };
  const read = async (content: string): Promise<unknown> => {
    writeFileSync(join(folder, 'plan.json'), content);
    return await readPlan(join(folder, 'plan.json'));
  };
  assert.deepEqual(await read(JSON.stringify(plan)), plan);
  for (const path of ['../x', '/etc', 'a/../../b', 'a\0'])
    await assert.rejects(read(JSON.stringify({ ...plan, actions: [{ do: 'delete-directory', path }] })), UsageFault);
  for (const content of ['', '[]', '{"version":2}', JSON.stringify({ ...plan, totals: undefined })])
    await assert.rejects(read(content), UsageFault);
  await assert.rejects(readPlan(join(folder, 'none')), UsageFault);
});
