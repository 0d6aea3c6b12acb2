import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { passwordFromCommand } from './password-sources.js';

test('the first line of a command is the password; its end and all other lines are left out', async () => {
  assert.equal(await passwordFromCommand("printf ' a b\\r\\nmore\\n'", 'st'), ' a b');
  assert.equal(await passwordFromCommand('printf pässwort', 'st'), 'pässwort');
});

test(
  'a command that takes too long is ended, also where what it has started lives on',
  { timeout: 30_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'twinport-command-'));
    const started = join(folder, 'pid');
    t.after(() => {
      if (existsSync(started)) process.kill(Number(readFileSync(started, 'utf8')));
      rmSync(folder, { recursive: true });
    });
    await assert.rejects(passwordFromCommand(`sleep 60 & echo $! > '${started}'; wait`, 'st', 500), {
      name: 'UsageFault',
      message: 'the password-command of st ended with SIGTERM',
    });
  },
);

test('a command that is not there is an exit code, as the shell has it', async () => {
  await assert.rejects(passwordFromCommand('no-such-command-here 2>/dev/null', 'st'), {
    name: 'UsageFault',
    message: 'the password-command of st ended with exit code 127',
  });
});
