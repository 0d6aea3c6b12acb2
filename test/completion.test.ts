import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { missing } from './kit/peers.js';
import { temporaryFolder } from './kit/temporary-folder.js';
import { TerminalScreen } from './kit/terminal-screen.js';

const MAIN = new URL('../../packages/twinport/dist/cli/main.js', import.meta.url).pathname;
const run = promisify(execFile);

interface Place {
  readonly here: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A folder with `twinport` in PATH, a site, two files, and the script for a shell as `script`. */
async function place(t: TestContext, shell: string): Promise<Place> {
  const here = await temporaryFolder(t);
  await mkdir(join(here, 'bin'));
  await writeFile(join(here, 'bin', 'twinport'), `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  await chmod(join(here, 'bin', 'twinport'), 0o755);
  await writeFile(
    join(here, 'sites.toml'),
    '[work]\nurl = "ftp://ftp.example.net"\n[nas]\nurl = "ftp://nas.example.net"\n',
  );
  await writeFile(join(here, 'report one.txt'), '');
  const env = {
    PATH: `${join(here, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: here,
    TWINPORT_SITES: join(here, 'sites.toml'),
  };
  await chmod(join(here, 'sites.toml'), 0o600);
  const { stdout } = await run('twinport', ['completion', shell], { env });
  await writeFile(join(here, 'script'), stdout);
  return { here, env };
}

/** What must be offered, and what must not. */
const CASES: readonly (readonly [line: string, offered: readonly string[], not: readonly string[]])[] = [
  ['twinport g', ['get'], ['put', 'complete-sites']],
  ['twinport com', ['completion'], ['complete-sites']],
  ['twinport get --if', ['--if-exists'], ['--insecure']],
  ['twinport get --if-exists re', ['resume'], ['skip']],
  ['twinport sync --max', ['--max-delete'], ['--segments']],
  ['twinport site ', ['add', 'import', 'list', 'remove', 'show'], ['get']],
  ['twinport site add --t', ['--tls'], ['--json']],
  ['twinport site add --tls im', ['implicit'], ['explicit']],
  ['twinport completion z', ['zsh'], ['fish']],
  ['twinport ls w', ['work:'], ['nas:']],
];

const BASH = `source ./script
COMP_LINE=$1 COMP_POINT=\${#1}
read -ra COMP_WORDS <<<"$1"
[[ $1 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_twinport
printf '%s\\n' "\${COMPREPLY[@]}"`;

const PROGRAMS: Readonly<Record<'bash' | 'fish', (line: string) => string[]>> = {
  bash: (line) => ['-c', BASH, 'bash', line],
  fish: (line) => [
    '--no-config',
    '-c',
    'source ./script; complete -C $argv[1] | string replace -r "\\t.*" ""; true',
    line,
  ],
};

for (const [shell, argumentsFor] of Object.entries(PROGRAMS)) {
  test(`${shell} completes commands, options, choices and sites`, { skip: missing(shell) }, async (t) => {
    const { here, env } = await place(t, shell);
    for (const [line, offered, not] of CASES) {
      const { stdout, stderr } = await run(shell, argumentsFor(line), { cwd: here, env });
      const words = stdout.split('\n');
      for (const word of offered) assert.ok(words.includes(word), `${line}: ${stdout}`);
      for (const word of not) assert.ok(!words.includes(word), `${line}: ${stdout}`);
      assert.equal(stderr, '', line);
    }
    const { stdout } = await run(shell, argumentsFor('twinport put rep'), { cwd: here, env });
    assert.match(stdout, /^report one\.txt$/m);
  });
}

test('zsh completes them as they are typed', { skip: missing('zsh') || missing('tmux') }, async (t) => {
  const { here, env } = await place(t, 'zsh');
  await writeFile(join(here, '.zshrc'), "autoload -U compinit; compinit -u -D; source ./script; PROMPT='ready> '\n");
  const terminal = await TerminalScreen.startProgram(t, ['zsh', '-i'], { cwd: here, env });
  await terminal.shows(/^ready>$/);
  const lines: readonly (readonly [typed: string, whole: string])[] = [
    ['twinport comp', 'twinport completion'],
    ['twinport get --if-e', 'twinport get --if-exists'],
    ['twinport get --if-exists re', 'twinport get --if-exists resume'],
    ['twinport site rem', 'twinport site remove'],
    ['twinport site add --tls im', 'twinport site add --tls implicit'],
    ['twinport ls wo', 'twinport ls work:'],
    ['twinport put rep', String.raw`twinport put report\ one.txt`],
  ];
  for (const [typed, whole] of lines) {
    await terminal.type(typed);
    await terminal.press('Tab');
    await terminal.shows(new RegExp(`^ready> ${whole.replaceAll('\\', '\\\\')}$`, 'm'));
    await terminal.press('C-u');
    await terminal.shows(/^ready>$/m);
  }
});
