import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { missing } from './kit/peers.js';
import { runProgram } from './kit/run-program.js';

/** The compiler leaves the script where it is. */
const TERMINAL = fileURLToPath(new URL('../kit/terminal.py', import.meta.url));
const RESOLVE = fileURLToPath(new URL('kit/resolve-main.js', import.meta.url));
const skip = missing('python3');
/** No netrc, no sites, no password in the environment. */
const env = { HOME: '/nonexistent', XDG_CONFIG_HOME: '', TWINPORT_SITES: '', TWINPORT_PASSWORD: '', NETRC: '' };

interface Session {
  readonly shown: string;
  readonly stdout: string;
  readonly code: number;
  readonly echo: boolean;
  readonly echoes: readonly boolean[];
}

async function onTerminal(remotes: readonly string[], steps: readonly (readonly [string, string])[]): Promise<Session> {
  const job = { argv: [process.execPath, RESOLVE, ...remotes], env, steps };
  return JSON.parse((await runProgram('python3', [TERMINAL, JSON.stringify(job)])).toString()) as Session;
}

test('a password is asked for on the terminal, which does not show it', { skip }, async () => {
  const { shown, stdout, code, echo, echoes } = await onTerminal(
    ['ftp://ann@h', '-'],
    [
      ['Password for ann@h: ', 'sécret word\r'],
      ['waiting', 'shown\n'],
    ],
  );
  assert.equal(shown.replaceAll('\r', ''), 'Password for ann@h: \nwaiting\nshown\n');
  assert.equal(stdout, '["ann","sécret word"]\n');
  assert.deepEqual([code, echo, echoes], [0, true, [false, true]]);
});

test('it is asked for once for each user and server', { skip }, async () => {
  const { shown, stdout } = await onTerminal(
    ['ftp://ann@h/a', 'ftp://ann@h/b', 'ftp://bob@h:2121/'],
    [
      ['Password for ann@h: ', 'one\n'],
      ['Password for bob@h:2121: ', 'two\n'],
    ],
  );
  assert.equal(stdout, '["ann","one"]\n["ann","one"]\n["bob","two"]\n');
  assert.equal(shown.match(/Password/g)?.length, 2);
});

test('what was typed can be corrected: backspace, and Ctrl-U for all of it', { skip }, async () => {
  const { stdout } = await onTerminal(['ftp://ann@h'], [['h: ', 'wrong\x15sé\x7fecrex\bt\x1b\t\r']]);
  assert.equal(stdout, '["ann","secret"]\n');
});

test('Ctrl-C is ABORTED and Ctrl-D a usage error; the terminal is as before', { skip }, async () => {
  const interrupted = await onTerminal(['ftp://ann@h'], [['h: ', 'abc\x03']]);
  assert.equal(interrupted.stdout, '["ABORTED","interrupted"]\n');
  const ended = await onTerminal(['ftp://ann@h'], [['h: ', '\x04']]);
  assert.equal(ended.stdout, '["USAGE","no password was typed"]\n');
  for (const { shown, code, echo } of [interrupted, ended]) {
    assert.deepEqual([shown.replaceAll('\r', ''), code, echo], ['Password for ann@h: \n', 0, true]);
  }
});

test('an empty answer is an empty password', { skip }, async () => {
  assert.equal((await onTerminal(['ftp://ann@h'], [['h: ', '\r']])).stdout, '["ann",""]\n');
});

test('where stdin is no terminal nothing is asked, and the error says how to give a password', async () => {
  const printed = (await runProgram(process.execPath, [RESOLVE, 'ftp://ann@h'], { env, stdin: 'secret\n' })).toString();
  assert.match(printed, /^\["USAGE","there is no password for ann@h: give it with --password-file, --password-stdin/);
});
