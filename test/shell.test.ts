import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Site, site } from './kit/cli-site.js';
import { missing } from './kit/peers.js';
import { ServeProcess } from './kit/serve-process.js';
import { testCertificate } from './kit/server.js';
import { TerminalScreen } from './kit/terminal-screen.js';

const skip = missing('tmux');
/** The prompt alone in the last line: the screen is captured without what follows it. */
const PROMPT = /\]>$/;

interface Shown extends Site {
  readonly terminal: TerminalScreen;
  /** Another shell that remembers what this one has. */
  readonly again: (...args: string[]) => Promise<TerminalScreen>;
}

async function shell(t: TestContext, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Shown> {
  const { key, cert } = await testCertificate();
  const place = await site(t, { tls: { key, cert } });
  const url = `ftpes://user:secret@127.0.0.1:${place.port}`;
  await writeFile(join(place.root, 'pub', 'my file.txt'), 'it has a space\n');
  const start = (...more: string[]): Promise<TerminalScreen> =>
    TerminalScreen.start(t, ['shell', '--insecure', ...more, url], {
      cwd: place.here,
      env: { XDG_STATE_HOME: join(place.here, '.state'), ...env },
    });
  const terminal = await start(...args);
  await terminal.shows(PROMPT);
  return { ...place, url, terminal, again: start };
}

test('the prompt shows the login, the folder, and both connections', { skip }, async (t) => {
  const { terminal, port } = await shell(t);
  await terminal.shows(new RegExp(`^user@127\\.0\\.0\\.1:${port}:/ \\[passive EPSV, TLSv1\\.3\\]>$`));
  await terminal.enter('cd pub/deep');
  await terminal.enter('ls');
  const screen = await terminal.shows(/:\/pub\/deep \[passive EPSV, TLSv1\.3\]> ls\nc\.txt\n.*\]>$/);
  assert.ok(!screen.includes('secret'));
  await terminal.enter('cd -');
  await terminal.enter('mode active');
  await terminal.enter('ls pub');
  await terminal.shows(/a\.txt +b\.log +deep\/? +my file\.txt\n.*:\/ \[active EPRT, TLSv1\.3\]>$/);
});

test('Tab completes a name with a space, and the command takes it', { skip }, async (t) => {
  const { terminal } = await shell(t);
  await terminal.type('cat p');
  await terminal.press('Tab');
  await terminal.shows(/> cat pub\/$/);
  await terminal.type('my');
  await terminal.press('Tab');
  await terminal.shows(/> cat pub\/my\\ file\.txt$/);
  await terminal.press('Enter');
  await terminal.shows(/\nit has a space\n/);
  await terminal.enter('mkdir pub/fresh');
  await terminal.shows(/mkdir pub\/fresh\n.*\]>$/);
  await terminal.type('cd pub/fr');
  await terminal.press('Tab');
  await terminal.shows(/> cd pub\/fresh\/$/);
  await terminal.press('C-u');
  await terminal.type('get --if-ex');
  await terminal.press('Tab');
  await terminal.shows(/> get --if-exists$/);
});

test('get shows how far it is; Ctrl-C stops it, and it goes on from there', { skip }, async (t) => {
  const { terminal, again, here, root } = await shell(t, ['--limit-rate', '40K']);
  await terminal.enter('get big.bin');
  // What is smaller is not written before it is whole.
  await terminal.shows(/big\.bin +\[#+ *\] +[3-9]\d%/);
  await terminal.press('C-c');
  await terminal.shows(/interrupted; again with --continue to go on from here\n.*\]>$/);
  const kept = await readdir(here);
  assert.ok(
    kept.some((name) => name.includes('big.bin')),
    kept.join(),
  );
  await terminal.enter('pwd');
  await terminal.shows(/> pwd\n\/\n.*\]>$/);
  const second = await again();
  await second.shows(PROMPT);
  await second.enter('get --json -c big.bin');
  const screen = await second.shows(/"resumedAt": \d+[^]*\]>$/);
  assert.doesNotMatch(screen, /"resumedAt": 0,/);
  assert.deepEqual(await readFile(join(here, 'big.bin')), await readFile(join(root, 'big.bin')));
});

test('a job runs while the prompt works; kill stops it, and a line tells of its end', { skip }, async (t) => {
  const { terminal, again, here, root } = await shell(t, ['--limit-rate', '20K']);
  await terminal.enter('get big.bin &');
  await terminal.shows(/\[1\] started: get big\.bin\n.*1 job\]>$/);
  await terminal.enter('cat pub/a.txt');
  await terminal.shows(/\na file\n/);
  await terminal.enter('jobs');
  await terminal.shows(/\[1\] (?:running|[\d.]+ KiB of 293 KiB, \d+%, passive EPSV) +get big\.bin/);
  await terminal.press('C-d');
  await terminal.shows(/A job is running: stop it and leave\? \[y\/N\]/);
  await terminal.enter('n');
  await terminal.shows(/\[y\/N\] n\n.*\]>$/);
  await terminal.enter('kill 1');
  await terminal.shows(/\[1\] stopped: get big\.bin/);
  const second = await again();
  await second.shows(PROMPT);
  await second.enter('get -c big.bin & wait');
  await second.shows(/\[1\] done: get -c big\.bin: 1 file, .*passive EPSV/);
  assert.deepEqual(await readFile(join(here, 'big.bin')), await readFile(join(root, 'big.bin')));
});

test('Ctrl-C at the prompt clears the line, or says how to leave; Ctrl-D leaves', { skip }, async (t) => {
  const { terminal } = await shell(t);
  await terminal.type('rm -r pub');
  await terminal.press('C-c');
  await terminal.shows(/> rm -r pub\^C\n.*\]>$/);
  await terminal.press('C-c');
  await terminal.shows(/\n\(to leave: exit, or Ctrl-D\)\n.*\]>$/);
  await terminal.press('C-d');
  await terminal.shows(/ended with 0$/);
});

test('lines are remembered from one run to the next, passwords are not', { skip }, async (t) => {
  const { terminal, again, here } = await shell(t);
  await terminal.enter('raw PASS hidden');
  await terminal.shows(/\]>$/);
  await terminal.enter('ls pub/deep');
  await terminal.shows(/\nc\.txt\n/);
  await terminal.enter('exit');
  await terminal.shows(/ended with 0$/);
  const second = await again();
  await second.shows(PROMPT);
  await second.press('Up', 'Up');
  await second.shows(/> ls pub\/deep$/);
  const kept = await readFile(join(here, '.state', 'twinport', 'history'), 'utf8');
  assert.equal(kept, 'ls pub/deep\nexit\n');
});

test('open asks for the password, unseen, and again after a wrong one', { skip }, async (t) => {
  const { port, here } = await site(t);
  const terminal = await TerminalScreen.start(t, ['shell'], { cwd: here, env: { XDG_STATE_HOME: here } });
  await terminal.shows(/^twinport>$/);
  for (const [password, answer] of [
    ['mistyped', /530 [^]*\ntwinport>$/],
    ['secret', /user@127\.0\.0\.1:\d+:\/ \[.*no TLS\]>$/],
  ] as const) {
    await terminal.enter(`open ftp://user@127.0.0.1:${port}`);
    await terminal.shows(/[Pp]assword[^\n]*$/);
    await terminal.enter(password);
    const screen = await terminal.shows(answer);
    assert.ok(!/mistyped|secret/.test(screen), screen);
    await terminal.press('C-l');
    await terminal.shows(/^[^\n]*>$/);
  }
});

test('Ctrl-C ends a command of a server that says nothing any more', { skip }, async (t) => {
  const { root, here } = await site(t);
  const server = new ServeProcess(t, [root, '--host', '127.0.0.1', '--port', '0', '--user', 'user:secret']);
  const [, port = ''] = await server.printed(/listening ftp:\/\/127\.0\.0\.1:(\d+)/);
  const url = `ftp://user:secret@127.0.0.1:${port}`;
  const env = { XDG_STATE_HOME: here };
  const terminal = await TerminalScreen.start(t, ['shell', '--limit-rate', '20K', url], { cwd: here, env });
  await terminal.shows(/passive EPSV, no TLS\]>$/);
  await terminal.enter('get big.bin');
  await terminal.shows(/big\.bin +\[/);
  server.child.kill('SIGSTOP');
  await terminal.press('C-c', 'C-c');
  await terminal.shows(/\]>$/);
  server.child.kill('SIGCONT');
  await terminal.enter('cat pub/a.txt');
  await terminal.shows(/> cat pub\/a\.txt\na file\n.*\]>$/);
});

test('lines that are pasted together run one after the other', { skip }, async (t) => {
  const { terminal } = await shell(t);
  await terminal.type('pwd\ncd pub\npwd\nls de');
  await terminal.shows(/\n\/\n(?:.*\n)*\/pub\n.*> ls de$/);
});

test('rm asks, and takes no for an answer', { skip }, async (t) => {
  const { terminal, root } = await shell(t);
  await terminal.enter('rm pub/a.txt');
  await terminal.shows(/Delete pub\/a\.txt\? \[y\/N\]/);
  await terminal.enter('n');
  await terminal.shows(/nothing deleted\n.*\]>$/);
  await terminal.enter('rm pub/a.txt');
  await terminal.shows(/nothing deleted\n[^]*\[y\/N\] $|nothing deleted\n[^]*\[y\/N\]$/);
  await terminal.enter('y');
  await terminal.shows(/\[y\/N\] y\n.*\]>$/);
  assert.ok(!(await readdir(join(root, 'pub'))).includes('a.txt'));
});

test('lines that are pasted behind the answer to a question run after it', { skip }, async (t) => {
  const { terminal, root } = await shell(t);
  await terminal.enter('rm pub/a.txt');
  await terminal.shows(/Delete pub\/a\.txt\? \[y\/N\]/);
  await terminal.type('y\npwd\ncd pub\npwd\nls de');
  await terminal.shows(/\n\/\n(?:.*\n)*\/pub\n.*> ls de$/);
  assert.ok(!(await readdir(join(root, 'pub'))).includes('a.txt'));
});

test('what a job comes to is one line, however long its command', { skip }, async (t) => {
  const { terminal } = await shell(t);
  await terminal.enter(`get big.bin ${'n'.repeat(70)} &`);
  const screen = await terminal.shows(/\[1\] done: .*TLSv1\.3$/m);
  assert.match(screen, /^\[1\] started: get big\.bin n+…n+$/m);
  assert.match(screen, /^\[1\] done: get big.*…n+: 1 file, 293 KiB in [\d.]+ s, passive EPSV, TLSv1\.3$/m);
});

test('colour is for terminals that want it', { skip }, async (t) => {
  const escape = String.fromCodePoint(27);
  const { terminal } = await shell(t);
  await terminal.enter('cat nosuch');
  await terminal.shows(/nosuch[^]*\]>$/);
  assert.ok((await terminal.screen({ escapes: true })).includes(escape));
  const { terminal: other } = await shell(t, [], { NO_COLOR: '1' });
  await other.enter('cat nosuch');
  await other.shows(/nosuch[^]*\]>$/);
  assert.ok(!(await other.screen({ escapes: true })).includes(escape));
});

test('a script runs to its end, and to the first error without --keep-going', async (t) => {
  const { runWith, url, here, root } = await site(t);
  const stdin = `# comment\ncd pub\nget a.txt "other name.txt" && ! echo local\nput 'other name.txt' &\nwait\ncat nosuch\npwd\n`;
  const stopped = await runWith({ stdin }, 'shell', url);
  assert.equal(stopped.code, 4, stopped.stderr);
  assert.equal(stopped.stdout, 'local\n');
  assert.match(stopped.stderr, /nosuch[^]*stopped at line 6 of the script/);
  assert.equal(await readFile(join(here, 'other name.txt'), 'utf8'), 'a file\n');
  assert.equal(await readFile(join(root, 'pub', 'other name.txt'), 'utf8'), 'a file\n');
  const whole = await runWith({ stdin }, 'shell', '-k', url);
  assert.equal(whole.code, 3, whole.stderr);
  assert.equal(whole.stdout, 'local\n/pub\n');
});

test('-c runs a line: the verbs work in the folder that cd went to', async (t) => {
  const { run, url, root, here } = await site(t);
  const line = [
    'cd pub; ls; ls -1 *.t* 2>x',
    'cd pub; mkdir new && put -p *.md new/ && ls new && mv new/one.md two.md && rm --yes -r new && ls t*; stat --json two.md',
  ];
  await writeFile(join(here, 'one.md'), '1');
  const unknown = await run('shell', '-c', line[0] ?? '', url);
  assert.equal(unknown.code, 2, unknown.stderr);
  assert.match(unknown.stderr, /ls: unknown option '-1' \(help ls\)/);
  const done = await run('shell', '-c', line[1] ?? '', url);
  assert.equal(done.code, 0, done.stderr);
  const [first, second, ...rest] = done.stdout.split('\n');
  assert.deepEqual([first, second], ['one.md', 'two.md']);
  assert.equal(JSON.parse(rest.join('\n')).entries[0].path, '/pub/two.md');
  assert.equal(await readFile(join(root, 'pub', 'two.md'), 'utf8'), '1');
});

test('sync and cp tell this machine from the server by local:', async (t) => {
  const { run, url, root, here } = await site(t);
  const done = await run(
    'shell',
    '-c',
    'sync pub local:mirror; cp local:mirror/a.txt pub/deep/; cp pub/a.txt c.txt',
    url,
  );
  assert.equal(done.code, 0, done.stderr);
  assert.equal(await readFile(join(here, 'mirror', 'deep', 'c.txt'), 'utf8'), 'deep down\n');
  assert.equal(await readFile(join(root, 'pub', 'deep', 'a.txt'), 'utf8'), 'a file\n');
  assert.equal(await readFile(join(root, 'c.txt'), 'utf8'), 'a file\n');
});

const REFUSED: readonly (readonly [line: string, code: number, message: RegExp])[] = [
  ['nosuch', 2, /there is no command nosuch/],
  ["ls 'a", 2, /a ' is not closed/],
  ['ls --user x', 2, /--user is for twinport shell itself, or for open/],
  ['cat', 2, /missing required argument/],
  ['put -', 2, /stdin holds the commands/],
  ['put *.nothing', 4, /nothing matches \*\.nothing/],
  ['get pub/a.txt pub/b.log nowhere', 2, /nowhere is none/],
  ['rm c & wait', 2, /a job cannot ask before it deletes: add --yes/],
  ['ls &', 2, /ls does not run in the background/],
  ['cd pub/a.txt', 2, /is a file/],
  ['cd nowhere', 4, /nowhere/],
  ['rm pub/a.txt', 2, /add --yes/],
  ['raw NOSUCH', 1, /^$/],
  ['close; ls', 2, /no server is open/],
  ['open ftp://user:wrong@127.0.0.1:1/', 7, /127\.0\.0\.1:1/],
  ['! exit 7', 7, /^/],
  ['mode sideways', 2, /none of auto/],
  ['kill 3', 2, /there is no job 3/],
  ['chmod 999 pub/a.txt', 2, /no mode/],
];

for (const [line, code, message] of REFUSED)
  test(`the shell refuses ${line}`, async (t) => {
    const { run, url } = await site(t);
    const result = await run('shell', '--retries', '0', '-c', line, url);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr.replace(/twinport: stopped.*\n/, ''), message);
    assert.ok(!/wrong|secret/.test(result.stderr), result.stderr);
  });
