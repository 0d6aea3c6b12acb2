import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Command } from './kit/command.js';
import { temporaryFolder } from './kit/temporary-folder.js';

const SECRET = 'not-to-be-seen';

class SiteCommand extends Command {
  readonly file: string;

  private constructor(folder: string) {
    const file = join(folder, 'config', 'sites.toml');
    super(folder, ['site'], { TWINPORT_SITES: file });
    this.file = file;
  }

  static override async in(t: TestContext): Promise<SiteCommand> {
    return new SiteCommand(await temporaryFolder(t));
  }

  override run(args: readonly string[], input = ''): ReturnType<Command['run']> {
    const ended = super.run(args, input);
    assert.ok(!`${ended.stdout}${ended.stderr}`.includes(SECRET), 'no password is shown');
    return ended;
  }

  write(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }
}

test('a site is added, listed, shown without its password, and removed', async (t) => {
  const site = await SiteCommand.in(t);
  assert.equal(site.done(['list']), '');
  assert.equal(
    site.done(['add', 'work', `ftpes://ann:${SECRET}@ftp.example.com/www`, '--active', '--ca', 'ca.pem']),
    'added work  ftpes://ann@ftp.example.com/www\n',
  );
  assert.equal(statSync(site.file).mode & 0o777, 0o600);
  assert.match(readFileSync(site.file, 'utf8'), new RegExp(`^password = "${SECRET}"$`, 'm'));
  assert.equal(site.done(['list']), 'work  ftpes://ann@ftp.example.com/www\n');
  assert.equal(
    site.done(['show', 'work']),
    `[work]\nurl = "ftpes://ann@ftp.example.com/www"\npassword = "***"\nmode = "active"\nca = "${join(site.folder, 'ca.pem')}"\n`,
  );
  assert.equal(site.done(['remove', 'work']), 'removed work\n');
  assert.equal(site.done(['list']), '');
});

test('every command of site prints JSON, and has help with an example', async (t) => {
  const site = await SiteCommand.in(t);
  const url = 'ftp://ftp.example.com/pub';
  assert.deepEqual(JSON.parse(site.done(['add', 'one', url, '--account', SECRET, '--json'])), {
    name: 'one',
    url,
    account: '***',
  });
  assert.deepEqual(JSON.parse(site.done(['list', '--json'])), { file: site.file, sites: [{ name: 'one', url }] });
  assert.deepEqual(JSON.parse(site.done(['show', 'one', '--json'])), { name: 'one', url, account: '***' });
  const bookmarks = site.write('bookmarks', `two ftp://ann:${SECRET}@h/\none ftp://h/\n`);
  assert.deepEqual(JSON.parse(site.done(['import', bookmarks, '--json'])), {
    kind: 'lftp',
    dryRun: false,
    added: [{ name: 'two', url: 'ftp://ann@h' }],
    notes: [{ name: 'one', message: 'there is a site of that name already; --replace replaces it', skipped: true }],
  });
  assert.deepEqual(JSON.parse(site.done(['remove', 'one', 'two', '--json'])), { removed: ['one', 'two'] });
  for (const command of [[], ['list'], ['show'], ['add'], ['remove'], ['import']]) {
    assert.match(site.done([...command, '--help']), /Examples?:\n {2}twinport site /);
  }
});

test('a password comes from stdin, a file or a command, and the site file has it', async (t) => {
  const site = await SiteCommand.in(t);
  site.done(['add', 'stdin', 'ftp://ann@h', '--password-stdin'], `${SECRET}\n`);
  const file = site.write('password', `${SECRET}\n`);
  site.done(['add', 'file', 'ftp://ann@h', '--password-file', file]);
  site.done(['add', 'command', 'ftp://ann@h', '--password-command', 'pass show work']);
  const written = readFileSync(site.file, 'utf8');
  assert.equal(written.match(new RegExp(`^password = "${SECRET}"$`, 'gm'))?.length, 2);
  assert.match(written, /^password-command = "pass show work"$/m);
});

test('--tls says what an ftp:// URL cannot', async (t) => {
  const site = await SiteCommand.in(t);
  site.done(['add', 'one', `ftp://ann:${SECRET}@h:2121/%2Fsrv`, '--tls', 'if-offered']);
  const expected = {
    name: 'one',
    host: 'h',
    port: 2121,
    user: 'ann',
    tls: 'if-offered',
    path: '/srv',
    password: '***',
  };
  assert.deepEqual(JSON.parse(site.done(['show', 'one', '--json'])), expected);
});

test('what cannot be is refused with exit code 2 and one line, and changes nothing', async (t) => {
  const site = await SiteCommand.in(t);
  site.done(['add', 'one', 'ftp://h/']);
  const before = readFileSync(site.file, 'utf8');
  site.refused(['add', 'one', 'ftp://other/'], /there is a site "one" already; --replace/);
  site.refused(['add', 'c', 'ftp://h/'], /"c" cannot be a site's name/);
  site.refused(['add', 'two', 'sftp://h/'], /neither ftp:/);
  site.refused(['add', 'two', `ftp://ann:${SECRET}/@h/`], /cannot be used/);
  site.refused(['add', 'two', `ftp://ann:${SECRET}@h/`, '--password-stdin'], /in one way only/, 'x');
  site.refused(['add', 'two', 'ftp://ann@h/', '--user', 'bob'], /different users/);
  site.refused(['add', 'two', 'ftp://h/', '--active', '--passive'], /exclude each other/);
  site.refused(['add', 'two', 'ftps://h/', '--tls', 'off'], /--tls is for ftp:/);
  site.refused(['add', 'two', 'ftp://h/', '--tls', 'maybe'], /Allowed choices/);
  site.refused(['add', 'two', 'ftp://h/', '--pin', 'abc'], /two\.pins\.0: expected 64 hexadecimal digits/);
  site.refused(['add', 'two', 'ftp://h/', '--zone', 'CET'], /two\.zone: expected UTC/);
  site.refused(['add', 'two'], /missing required argument 'URL'/);
  site.refused(['show', 'two'], /there is no site "two"/);
  site.refused(['remove', 'one', 'two'], /there is no site "two"/);
  site.refused(['import', 'nowhere.xml'], /nowhere\.xml: there is no such file/);
  assert.equal(readFileSync(site.file, 'utf8'), before);
});

test('--replace replaces a site and leaves comments', async (t) => {
  const site = await SiteCommand.in(t);
  site.done(['add', 'one', 'ftp://h/']);
  writeFileSync(site.file, `# mine\n${readFileSync(site.file, 'utf8')}`);
  site.done(['add', 'one', 'ftps://other', '--replace']);
  assert.equal(readFileSync(site.file, 'utf8'), '# mine\n[one]\nurl = "ftps://other"\n');
});

test('a file with passwords that others may read is refused, with the cure', async (t) => {
  const site = await SiteCommand.in(t);
  site.done(['add', 'one', `ftp://ann:${SECRET}@h/`]);
  chmodSync(site.file, 0o644);
  site.refused(['list'], /others may read it: chmod 600/);
});

const XML = `<?xml version="1.0"?><FileZilla3><Servers>
<Server><Host>h</Host><Protocol>4</Protocol><User>ann</User><Pass encoding="base64">${Buffer.from(SECRET).toString('base64')}</Pass><Name>one</Name></Server>
<Server><Host>h</Host><Protocol>1</Protocol><Name>shell\u0085</Name></Server>
</Servers></FileZilla3>`;

test('import --dry-run says what would be added and skipped, and changes nothing', async (t) => {
  const site = await SiteCommand.in(t);
  const file = site.write('sitemanager.xml', XML);
  const { code, stdout, stderr } = site.run(['import', file, '--dry-run']);
  assert.deepEqual([code, stdout], [0, 'would add one  ftpes://ann@h\n']);
  assert.equal(stderr, 'skipped shell?: SFTP is not FTP\nfilezilla: would add 1, skipped 1\n');
  assert.equal(existsSync(site.file), false);
});

test('import adds sites with their passwords; the same again adds none, and --replace replaces', async (t) => {
  const site = await SiteCommand.in(t);
  const file = site.write('sitemanager.xml', XML);
  assert.equal(site.done(['import', file]), 'added one  ftpes://ann@h\n');
  assert.match(readFileSync(site.file, 'utf8'), new RegExp(`^password = "${SECRET}"$`, 'm'));
  assert.equal(site.done(['import', file]), '');
  assert.equal(site.done(['import', file, '--replace']), 'added one  ftpes://ann@h\n');
});

test('import refuses files that are nothing it knows, or broken', async (t) => {
  const site = await SiteCommand.in(t);
  site.refused(['import', site.write('a', SECRET)], /nothing that FileZilla, lftp or WinSCP wrote/);
  site.refused(['import', site.write('b', XML.slice(0, -30))], /b: line 3, column \d+: not well-formed XML/);
  site.refused(['import', site.write('c', `x ${SECRET}`), '--from', 'winscp'], /no sessions in it/);
  assert.equal(existsSync(site.file), false);
});

test('where there are no sites, list says how to keep one', async (t) => {
  const command = await SiteCommand.in(t);
  const { code, stdout, stderr } = command.run(['list']);
  assert.deepEqual([code, stdout], [0, '']);
  assert.match(stderr, /twinport site add NAME URL/);
  const json = command.run(['list', '--json']);
  assert.deepEqual(JSON.parse(json.stdout).sites, []);
  assert.equal(json.stderr, '');
});
