import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { importFilezilla, parseSafePath } from './filezilla.js';
import { ImportFault, type ImportedSites } from './import-list.js';
import { MAX_XML_DEPTH } from './xml-tree.js';

const SITE_MANAGER = `<?xml version="1.0" encoding="UTF-8"?>
<FileZilla3 version="3.66.5" platform="*nix">
	<Servers>
		<Folder expanded="1">Work &amp; more
			<Server>
				<Host>ftp.example.com</Host>
				<Port>2121</Port>
				<Protocol>4</Protocol>
				<Type>0</Type>
				<User>ann</User>
				<Pass encoding="base64">c8OkY3JldA==</Pass>
				<Account>acct</Account>
				<Logontype>4</Logontype>
				<TimezoneOffset>-120</TimezoneOffset>
				<PasvMode>MODE_ACTIVE</PasvMode>
				<EncodingType>Custom</EncodingType>
				<CustomEncoding>windows-1252</CustomEncoding>
				<BypassProxy>0</BypassProxy>
				<Name>web: live</Name>
				<Comments />
				<LocalDir />
				<RemoteDir>1 0 3 srv 8 my files</RemoteDir>
				<SyncBrowsing>0</SyncBrowsing>
			</Server>
			<Folder expanded="0">deep
				<Server>
					<Host>2001:db8::1</Host>
					<Port>990</Port>
					<Protocol>3</Protocol>
					<User>bob</User>
					<Logontype>2</Logontype>
					<PasvMode>MODE_PASSIVE</PasvMode>
					<EncodingType>UTF-8</EncodingType>
					<Name>v6</Name>
				</Server>
			</Folder>
		</Folder>
		<Server>
			<Host>ftp.example.org</Host>
			<Port>21</Port>
			<Protocol>0</Protocol>
			<User>left over</User>
			<Pass encoding="base64">YQ==</Pass>
			<Logontype>0</Logontype>
			<PasvMode>MODE_DEFAULT</PasvMode>
			<EncodingType>Auto</EncodingType>
			<Name>mirror</Name>
		</Server>
		<Server>
			<Host>sftp.example.com</Host>
			<Port>22</Port>
			<Protocol>1</Protocol>
			<Name>shell</Name>
		</Server>
		<Server>
			<Host>ftp.example.net</Host>
			<Protocol>6</Protocol>
			<User>carl</User>
			<Pass encoding="crypt" pubkey="MTIz">c2VjcmV0</Pass>
			<Logontype>1</Logontype>
			<Name>locked</Name>
			<RemoteDir>3 2 C: 5 files</RemoteDir>
		</Server>
		<Server>
			<Host>old.example.net</Host>
			<User>dora</User>
			<Pass>plain</Pass>
			<Logontype>1</Logontype>
			old style
		</Server>
		<Server>
			<Host>not a host</Host>
			<Name>broken</Name>
		</Server>
		<Server>
			<Host>twice.example.net</Host>
			<Name>mirror</Name>
		</Server>
	</Servers>
</FileZilla3>
`;

test('sites, folders, passwords and settings of the site manager are taken over', () => {
  assert.deepEqual(importFilezilla(SITE_MANAGER).sites, [
    {
      name: 'Work & more/web_ live',
      site: {
        host: 'ftp.example.com',
        port: 2121,
        tls: 'explicit',
        user: 'ann',
        account: 'acct',
        password: 'säcret',
        path: '/srv/my files',
        mode: 'active',
        encoding: 'windows-1252',
        zone: '+02:00',
      },
    },
    {
      name: 'Work & more/deep/v6',
      site: { host: '2001:db8::1', port: 990, tls: 'implicit', user: 'bob', mode: 'passive', encoding: 'utf-8' },
    },
    { name: 'mirror', site: { host: 'ftp.example.org', port: 21, tls: 'if-offered' } },
    { name: 'locked', site: { host: 'ftp.example.net', tls: 'off', user: 'carl' } },
    { name: 'old style', site: { host: 'old.example.net', tls: 'if-offered', user: 'dora', password: 'plain' } },
    { name: 'mirror-2', site: { host: 'twice.example.net', tls: 'if-offered' } },
  ]);
});

test('what is not taken over is said, and why', () => {
  assert.deepEqual(importFilezilla(SITE_MANAGER).notes, [
    { name: 'Work & more/web: live', message: 'is called Work & more/web_ live here', skipped: false },
    { name: 'shell', message: 'SFTP is not FTP', skipped: true },
    { name: 'locked', message: 'its password needs FileZilla’s master password and was left out', skipped: false },
    { name: 'locked', message: 'its remote folder is not of a kind with slashes and was left out', skipped: false },
    { name: 'broken', message: 'host: expected a host name or an IP address', skipped: true },
    { name: 'mirror', message: 'is called mirror-2 here', skipped: false },
  ]);
});

const laughs = `<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
 <!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;&lol2;">
]>
<FileZilla3><Servers><Server><Host>&lol3;</Host></Server></Servers></FileZilla3>`;

const refused: readonly (readonly [name: string, source: string, message: RegExp])[] = [
  ['nothing', '', /line 1, column 0: not well-formed/],
  ['a file that is cut off', SITE_MANAGER.slice(0, 700), /line \d+, column \d+: not well-formed/],
  ['a billion laughs', laughs, /declares entities/],
  ['an external entity', laughs.replace(/ <!ENTITY lol "lol">/, '<!entity x SYSTEM "file:///etc/passwd">'), /entities/],
  ['an entity that nobody declared', '<FileZilla3><Servers>&secret;</Servers></FileZilla3>', /not well-formed/],
  ['elements that do not match', '<FileZilla3><Servers></FileZilla3></Servers>', /not well-formed/],
  ['two documents', '<FileZilla3/><FileZilla3/>', /not well-formed/],
  ['another document', '<html><Servers/></html>', /no XML file of FileZilla/],
  ['settings without sites', '<FileZilla3><Settings/></FileZilla3>', /no sites in it/],
  [
    'folders without end',
    `<FileZilla3><Servers>${'<Folder>'.repeat(MAX_XML_DEPTH)}${'</Folder>'.repeat(MAX_XML_DEPTH)}</Servers></FileZilla3>`,
    /too deep/,
  ],
  ['folders without end, cut off', `<FileZilla3><Servers>${'<Folder>'.repeat(100_000)}`, /too deep/],
];

for (const [name, source, message] of refused) {
  test(`${name} is refused, with the place and without the content`, () => {
    assert.throws(
      () => importFilezilla(source),
      (error: unknown) =>
        error instanceof ImportFault && message.test(error.message) && !/secret|passwd|lol/.test(error.message),
    );
  });
}

const paths: readonly (readonly [text: string, path: string | undefined])[] = [
  ['1 0 4 home 3 ann', '/home/ann'],
  ['1 0 8 my files', '/my files'],
  ['1 0 7 a 3 b c 1 d', '/a 3 b c/d'],
  ['0 0 3 foo 3 bar', '/foo/bar'],
  ['9 0 3 foo', '/foo'],
  ['1 0', '/'],
  ['1 0 ', '/'],
  ['1 0 4 füße 1 x', '/füße/x'],
  ['1 0 3 foobar', undefined],
  ['1 0 9 foo', undefined],
  ['1 0 0 ', undefined],
  ['1 0 x', undefined],
  ['1 0 3 a/b', undefined],
  ['3 2 C: 5 files', undefined],
  ['2 0 3 foo', undefined],
  ['/plain', undefined],
  ['', undefined],
];

for (const [text, path] of paths) {
  test(`parseSafePath reads ${JSON.stringify(text)} as ${path}`, () => assert.equal(parseSafePath(text), path));
}

test('parseSafePath reads every path that is written as FileZilla does', () => {
  const part = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('/'));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      const written = `1 0${parts.map((each) => ` ${each.length} ${each}`).join('')}`;
      assert.equal(parseSafePath(written), `/${parts.join('/')}`);
    }),
  );
});

test('a document that is cut anywhere is refused', () => {
  const whole = SITE_MANAGER.trimEnd();
  for (let length = 0; length < whole.length; length += 7) {
    assert.throws(() => importFilezilla(whole.slice(0, length)), ImportFault);
  }
});

test('any bent document is read or refused with ImportFault', () => {
  const cut = fc.nat({ max: SITE_MANAGER.length });
  fc.assert(
    fc.property(cut, fc.nat({ max: 40 }), fc.string({ unit: 'binary', maxLength: 8 }), (at, removed, added) => {
      const bent = SITE_MANAGER.slice(0, at) + added + SITE_MANAGER.slice(at + removed);
      let imported: ImportedSites;
      try {
        imported = importFilezilla(bent);
      } catch (error) {
        assert.ok(error instanceof ImportFault, String(error));
        return;
      }
      for (const { site } of imported.sites) assert.ok(typeof site.host === 'string');
    }),
    { numRuns: 500 },
  );
});

test('a site manager that FileZilla 3.63 has written is read, and bookmarks of sites are said to be left out', () => {
  const written = `<?xml version="1.0"?>
<FileZilla3 version="3.63.0" platform="*nix">
	<Servers>
		<Folder expanded="1">Work<Folder expanded="1">deep<Server>
					<Host>h.example</Host>
					<Port>990</Port>
					<Protocol>3</Protocol>
					<Type>0</Type>
					<User>cy</User>
					<Pass encoding="base64">c0Bjcjp0ICYgPHg+IMO8</Pass>
					<Account>acct</Account>
					<Logontype>4</Logontype>
					<PasvMode>MODE_DEFAULT</PasvMode>
					<MaximumMultipleConnections>2</MaximumMultipleConnections>
					<EncodingType>Auto</EncodingType>
					<BypassProxy>1</BypassProxy>
					<Name>Impl</Name>
					<Comments>two
lines</Comments>
					<LocalDir>/tmp</LocalDir>
					<RemoteDir>1 0 3 www 8 my files</RemoteDir>
					<SyncBrowsing>0</SyncBrowsing>
					<DirectoryComparison>0</DirectoryComparison>
					<Bookmark>
						<Name>bm</Name>
						<RemoteDir>1 0 4 logs</RemoteDir>
						<SyncBrowsing>0</SyncBrowsing>
						<DirectoryComparison>0</DirectoryComparison>
					</Bookmark>
				</Server>
			</Folder>
		</Folder>
	</Servers>
</FileZilla3>
`;
  const { sites, notes } = importFilezilla(written);
  const login = { user: 'cy', account: 'acct', password: 's@cr:t & <x> ü' };
  const site = { host: 'h.example', port: 990, tls: 'implicit', ...login, path: '/www/my files' };
  assert.deepEqual(sites, [{ name: 'Work/deep/Impl', site }]);
  assert.deepEqual(notes, [{ name: 'Work/deep/Impl', message: 'its bookmarks were left out', skipped: false }]);
});
