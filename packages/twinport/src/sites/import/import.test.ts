import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { siteNameFault, siteSchema } from '../site.js';
import { ImportList, MAX_IMPORTED_SITES, ImportFault } from './import-list.js';
import { type ImportKind, importSites } from './index.js';

const XML =
  '<?xml version="1.0"?><FileZilla3><Servers><Server><Host>h</Host><Name>one</Name></Server></Servers></FileZilla3>';
const INI = '[Sessions\\one]\r\nHostName=h\r\nFSProtocol=5\r\n';

const files: readonly (readonly [name: string, content: Uint8Array, kind: ImportKind])[] = [
  ['FileZilla', Buffer.from(XML), 'filezilla'],
  ['FileZilla with a byte order mark', Buffer.from(`\ufeff\n${XML.slice(21)}`), 'filezilla'],
  ['WinSCP', Buffer.from(INI), 'winscp'],
  ['WinSCP with a byte order mark', Buffer.from(`\ufeff${INI}`), 'winscp'],
  ['WinSCP in UTF-16', Buffer.from(`\ufeff${INI}`, 'utf16le'), 'winscp'],
  ['WinSCP in a code page', Buffer.from(`${INI}Comment=\xe9\r\n`, 'latin1'), 'winscp'],
  ['lftp', Buffer.from('one\tftp://h/\n'), 'lftp'],
];

for (const [name, content, kind] of files) {
  test(`a file of ${name} is recognised`, () => {
    const imported = importSites(content);
    assert.equal(imported.kind, kind);
    assert.deepEqual(
      imported.sites.map((each) => [each.name, each.site.host]),
      [['one', 'h']],
    );
  });
}

test('other files are refused, and so is the wrong kind', () => {
  for (const content of ['', 'hello\n', '[one]\nhost = "h"\n', '\0\x01\x02', 'machine h login a\n']) {
    assert.throws(
      () => importSites(Buffer.from(content)),
      { name: 'ImportFault', message: /--from filezilla/ },
      content,
    );
  }
  assert.throws(() => importSites(Buffer.from(INI), 'filezilla'), ImportFault);
});

test('every foreign name becomes one that a site can have, each once', () => {
  const list = new ImportList();
  for (const name of [
    '',
    'c',
    'a:b',
    'a_b',
    './x',
    '-',
    '\u0000',
    ' ',
    '/',
    '\ud800',
    'y'.repeat(300),
    'y'.repeat(300),
  ]) {
    list.add(name, { host: 'h' });
  }
  const names = list.sites.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    names.filter((name) => siteNameFault(name) !== undefined),
    [],
  );
  assert.ok(list.sites.every(({ site }) => v.is(siteSchema, site)));
});

test('a file with endlessly many sites is refused', () => {
  const lines = Array.from({ length: MAX_IMPORTED_SITES + 1 }, (_, i) => `site${i} ftp://h/`);
  assert.throws(() => importSites(Buffer.from(lines.join('\n'))), { name: 'ImportFault', message: /more than/ });
});
