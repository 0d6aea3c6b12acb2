import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { History, MAX_HISTORY, historyPath, holdsSecret } from './history.js';

function file(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinport-history-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state', 'history');
}

test('the file is in the state folder', () => {
  assert.equal(historyPath({ XDG_STATE_HOME: '/s', HOME: '/h' }), '/s/twinport/history');
  assert.equal(historyPath({ HOME: '/h' }), '/h/.local/state/twinport/history');
});

test('lines are kept from one run to the next, for nobody else to read', (t) => {
  const path = file(t);
  const first = new History(path);
  for (const line of ['ls', 'ls', '  cd pub ', '', 'get "a b"']) first.add(line);
  assert.deepEqual(new History(path).lines, ['ls', 'cd pub', 'get "a b"']);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

const SECRET = [
  'open ftp://ann:secret@h/',
  'raw PASS secret',
  'raw acct x',
  'cp a ftps://b:c@h/',
  'open x --password-file y',
];
for (const line of SECRET)
  test(`${line} is not kept`, (t) => {
    const path = file(t);
    const history = new History(path);
    history.add(line);
    assert.deepEqual(history.lines, []);
    assert.equal(readFileSync(path, 'utf8'), '');
  });

test('what only looks a bit like a password is kept', () => {
  for (const line of ['open ftp://ann@h/', 'get pass', 'open ftp://h:21/a@b', 'mode passive'])
    assert.ok(!holdsSecret(line), line);
});

test('it is bounded, and a file that has grown is cut', (t) => {
  const path = file(t);
  assert.deepEqual(new History(path).lines, []);
  writeFileSync(path, Array.from({ length: 3 * MAX_HISTORY }, (_, index) => `ls ${index}\n`).join(''));
  const history = new History(path);
  assert.equal(history.lines.length, MAX_HISTORY);
  assert.equal(history.lines.at(-1), `ls ${3 * MAX_HISTORY - 1}`);
  assert.equal(readFileSync(path, 'utf8').split('\n').length, MAX_HISTORY + 1);
  history.add('one more');
  assert.equal(history.lines.length, MAX_HISTORY);
});

test('a file that cannot be used is said, and the shell goes on without', (t) => {
  const path = file(t);
  assert.deepEqual(new History(path).lines, []);
  const history = new History(join(path, 'history'));
  assert.match(history.fault ?? '', /is not used/);
  history.add('ls');
  assert.deepEqual(history.lines, ['ls']);
});
