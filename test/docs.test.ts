import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { siteSchema } from 'twinport/sites';
import { RawClient } from './kit/raw-client.js';
import { ServeProcess } from './kit/serve-process.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'packages', 'twinport', 'dist', 'cli', 'main.js');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const DOCS = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
const PAGES = [
  'README.md',
  'packages/ftp/README.md',
  'packages/twinport/README.md',
  ...DOCS.map((name) => `docs/${name}`),
];

interface Block {
  readonly language: string;
  readonly name: string;
  readonly source: string;
}

/** The code blocks whose first line says `runnable`. */
function runnable(page: string): Block[] {
  const blocks = read(page).matchAll(/^```(\w+) runnable ?([\w-]*)\n([^]*?)^```$/gm);
  return Array.from(blocks, ([, language = '', name = '', source = '']) => ({ language, name, source }));
}

/** Somewhere in the checkout, where a program finds its packages. */
function workFolder(t: TestContext): string {
  mkdirSync(join(ROOT, '.test'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.test', 'docs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The path of the program as JavaScript, on any free port. */
function compiled(t: TestContext, { language, source }: Block): string {
  const anyPort = source.replace('port: 2121', 'port: 0');
  assert.notEqual(anyPort, source, 'the program listens on port 2121');
  const folder = workFolder(t);
  if (language === 'js') {
    writeFileSync(join(folder, 'program.mjs'), anyPort);
    return join(folder, 'program.mjs');
  }
  writeFileSync(join(folder, 'program.mts'), anyPort);
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: { composite: false },
    include: ['program.mts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  execFileSync(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  return join(folder, 'program.mjs');
}

class Program {
  readonly child: ChildProcess;
  output = '';

  constructor(t: TestContext, path: string, cwd = ROOT) {
    this.child = spawn(process.execPath, [path], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => this.child.kill('SIGKILL'));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  async said(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      if (this.child.exitCode !== null || !this.child.stdout) throw new Error(`the program ended: ${this.output}`);
      await Promise.race([once(this.child.stdout, 'data'), once(this.child, 'close')]);
    }
  }
}

async function writes(client: RawClient): Promise<void> {
  await client.upload('STOR a.txt', Buffer.from('hello'));
  await client.upload('APPE a.txt', Buffer.from(' there'));
  await client.command('RNFR a.txt', 350);
  await client.command('RNTO b.txt', 250);
  await client.command('REST 6', 350);
  assert.equal((await client.download('RETR b.txt')).toString(), 'there');
  assert.match((await client.download('LIST')).toString(), / 11 .* b\.txt\r\n/);
  await client.command('DELE b.txt', 250);
  await client.command('SIZE b.txt', 550);
}

async function reads(client: RawClient): Promise<void> {
  assert.match((await client.download('RETR welcome.txt')).toString(), /two connections/);
  await client.command('DELE welcome.txt', 550);
}

/** What each program must do for `ann`, by its name. */
const CLAIMS: Record<string, (client: RawClient, program: Program) => Promise<void>> = {
  serve: async (client, program) => {
    await reads(client);
    await program.said(/^RETR \/welcome\.txt done$/m);
  },
  options: async (client, program) => {
    await reads(client);
    await client.quit();
    program.child.kill('SIGTERM');
    await once(program.child, 'close');
    assert.equal(program.child.exitCode, 0);
  },
  events: async (client, program) => {
    assert.equal((await client.download('RETR hello.txt')).toString(), 'hello\n');
    await program.said(/^login ann 127\.0\.0\.1 accepted$/m);
    await program.said(/^transfer done RETR \/hello\.txt 6 226$/m);
    await program.said(/^data passive open \d+ \d+$/m);
  },
  accounts: async (client, program) => {
    await writes(client);
    const port = Number((await program.said(/port (\d+)/))[1]);
    for (const user of ['ann', 'bob']) {
      const other = await RawClient.connect(port);
      await other.command(`USER ${user}`, 331);
      await other.command('PASS wrong', 530);
      other.destroy();
    }
  },
  storage: writes,
};

test('what the documentation takes from the code is up to date (npm run docs)', () => {
  const check = spawnSync(process.execPath, [join(ROOT, 'scripts', 'docs.mjs'), '--check'], { encoding: 'utf8' });
  assert.equal(check.stderr, '');
  assert.equal(check.status, 0);
});

/** Programs that are clients of what `npm start` serves: what they print, by their name. */
const CLIENTS: Record<string, readonly RegExp[]> = {
  client: [/^directory data $/m, /^file welcome\.txt \d+$/m, /^\d+ octets, size verified, passive mode$/m],
  'client-library': [/^file welcome\.txt \d+$/m, /two connections/, /^\d+ octets, verified by size, passive EPSV$/m],
};

for (const page of ['README.md', 'docs/client.md']) {
  for (const block of runnable(page).filter(({ name }) => name in CLIENTS)) {
    test(`${page}: the client "${block.name}" runs beside npm start`, { timeout: 30_000 }, async (t) => {
      const serve = new ServeProcess(t, [join(ROOT, 'examples', 'files'), '--host', '127.0.0.1', '--port', '0']);
      const [, port] = await serve.printed(/^listening ftp:\/\/127\.0\.0\.1:(\d+)$/m);
      const source = block.source.replace('127.0.0.1:2121', `127.0.0.1:${port}`);
      assert.notEqual(source, block.source, 'the program connects to port 2121');
      const program = new Program(t, compiled(t, { ...block, source: `${source}\n// port: 2121` }), workFolder(t));
      const [code] = (await once(program.child, 'close')) as [number];
      assert.equal(code, 0, program.output);
      for (const pattern of CLIENTS[block.name] ?? []) assert.match(program.output, pattern);
    });
  }
}

for (const page of ['README.md', 'docs/library.md']) {
  for (const block of runnable(page).filter(({ name }) => !(name in CLIENTS))) {
    test(`${page}: the program "${block.name}" does what it says`, { timeout: 30_000 }, async (t) => {
      const claim = CLAIMS[block.name];
      assert.ok(claim, 'a runnable program needs its claim in this test');
      const program = new Program(t, compiled(t, block));
      const [, port] = await program.said(/^listening on port (\d+)$/m);
      const client = await RawClient.login(Number(port), { user: 'ann', password: 'secret' });
      await claim(client, program);
      client.destroy();
    });
  }
}

test('every program of the documentation is there, and none twice', () => {
  const pages = ['README.md', 'docs/library.md', 'docs/client.md'];
  const names = pages.flatMap((page) => runnable(page).map(({ name }) => name));
  assert.deepEqual(names.toSorted(), [...Object.keys(CLAIMS), ...Object.keys(CLIENTS)].toSorted());
});

test('docs/configuration.md: the example runs, and its users can log in', async (t) => {
  const [block, ...more] = runnable('docs/configuration.md');
  assert.ok(block && more.length === 0);
  const folder = workFolder(t);
  writeFileSync(join(folder, 'twinport.toml'), block.source.replaceAll('"examples/', `"${ROOT}/examples/`));
  const args = ['--config', join(folder, 'twinport.toml'), '--port', '0', '--active-port', 'any'];
  const serve = new ServeProcess(t, args, { XDG_STATE_HOME: folder });
  const [, port] = await serve.printed(/^listening ftp:\/\/127\.0\.0\.1:(\d+)\n[^]*try: /);
  await (await RawClient.login(Number(port), { user: 'ann', password: 'secret' })).quit();
  await (await RawClient.login(Number(port), { user: 'guest', password: 'guest', secure: true })).quit();
});

interface Schema {
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
}

function keysOf({ properties = {}, items }: Schema): string[] {
  const nested = Object.entries(properties).filter(([name]) => name !== 'limits');
  const keys = nested.flatMap(([name, schema]) => [name].concat(keysOf(schema)));
  return items ? keys.concat(keysOf(items)) : keys;
}

test('docs/configuration.md names every key of the file but the limits', () => {
  const page = read('docs/configuration.md');
  const keys = keysOf(JSON.parse(read('docs/config.schema.json')) as Schema);
  assert.ok(keys.length > 15);
  for (const key of keys) assert.match(page, new RegExp(`^(# )?\\[*${key}(\\]| = )`, 'm'));
});

test('docs/library.md names every option of createServer', () => {
  const names = Array.from(
    read('packages/ftp/src/server/options.ts').matchAll(/^ {2}readonly (\w+)\??: /gm),
    ([, name]) => name,
  );
  assert.ok(names.length > 10);
  const page = read('docs/library.md');
  for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
});

test('docs/client.md and docs/sync.md name every option of a connection, of calls and of sync', () => {
  for (const file of ['options.ts', 'contract.ts', 'sync/contract.ts']) {
    const page = read(file.startsWith('sync') ? 'docs/sync.md' : 'docs/client.md');
    const source = read(`packages/ftp/src/client/${file}`);
    const interfaces = source.matchAll(/^export interface \w*Options .*\{\n([^]*?)^\}/gm);
    const names = Array.from(interfaces, ([, body = '']) => body.matchAll(/^ {2}readonly (\w+)\??: /gm)).flatMap(
      (found) => Array.from(found, ([, name = '']) => name),
    );
    assert.ok(names.length > 10);
    for (const name of names) assert.match(page, new RegExp(`[\`{ ]${name}\\b[^\`\n]*\``), `${file}: ${name}`);
  }
});

test('docs/errors.md has every code of the client, and no other', () => {
  const union = /export type FtpErrorCode =\n([^;]*);/.exec(read('packages/ftp/src/client/errors.ts'))?.[1] ?? '';
  const codes = Array.from(union.matchAll(/'(\w+)'/g), ([, code = '']) => code);
  const [, table = ''] = read('docs/errors.md').split('## Errors of the client');
  const rows = Array.from(table.matchAll(/^\| `([A-Z_]+)` \|/gm), ([, code = '']) => code);
  assert.ok(codes.length > 20);
  assert.deepEqual(rows.toSorted(), codes.toSorted());
});

/** Of a command and of all below it. */
function helpOf(command: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [MAIN, ...command, '--help'], { encoding: 'utf8' });
  const commands = /^Commands:\n((?: {2}.*\n)*)/m.exec(stdout)?.[1] ?? '';
  const names = Array.from(commands.matchAll(/^ {2}([a-z]\S*) /gm), ([, name = '']) => name);
  return stdout + names.flatMap((name) => (name === 'help' ? [] : helpOf([...command, name]))).join('');
}

test('docs/sites.md names every key of the sites file', () => {
  const page = read('docs/sites.md');
  const [{ entries }] = siteSchema.pipe;
  for (const key of Object.keys(entries)) assert.ok(page.includes(`\`${key}\``), key);
});

test('every option of twinport that the documentation mentions exists', () => {
  const known = new Set(Array.from(helpOf([]).matchAll(/^ {2}.*?(--[a-z-]+)/gm), ([, option]) => option));
  for (const page of PAGES) {
    const text = read(page);
    const lines = text.matchAll(/(?:twinport serve|npm start --)(.*?)(?:[`#]|$)/gm);
    const spans = text.matchAll(/`(--[^`]*)`/g);
    for (const [, mention = ''] of [...lines, ...spans]) {
      for (const [option] of mention.matchAll(/(?<= |^)--[a-z-]+/g)) assert.ok(known.has(option), `${page}: ${option}`);
    }
  }
});

test('every drawing is shown by a page', () => {
  const pages = PAGES.map(read).join('');
  for (const name of readdirSync(join(ROOT, 'docs', 'drawings'))) assert.ok(pages.includes(`(drawings/${name})`), name);
});

/** Of every heading, as GitHub makes them. */
function anchors(page: string): string[] {
  const headings = Array.from(read(page).matchAll(/^#+ (.*)$/gm), ([, heading = '']) => heading.toLowerCase());
  return headings.map((heading) => heading.replaceAll(/[^\w -]/g, '').replaceAll(' ', '-'));
}

test('every page that a page links to exists, and so does its heading', () => {
  for (const page of PAGES) {
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    for (const [, target = '', anchor] of read(page).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)) {
      const path = target === '' ? page : `${folder}${target}`;
      const known = anchors(path); // fails where there is no such page
      if (anchor && path.endsWith('.md')) assert.ok(known.includes(anchor), `${page}: ${target}#${anchor}`);
    }
  }
});
