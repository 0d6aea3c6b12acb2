import type { Expected, Outcome, Sample, SystemSamples } from './samples.test.js';

/** A line, and what it says besides its facts, which are taken apart here in the plainest way. */
function says(line: string, expected: Omit<Expected, 'facts'>): Sample {
  const pairs = line
    .slice(0, line.indexOf('; '))
    .split(';')
    .map((fact) => [fact.slice(0, fact.indexOf('=')).toLowerCase(), fact.slice(fact.indexOf('=') + 1)]);
  const facts = Object.fromEntries(pairs) as Record<string, string>;
  return [line, { ...expected, facts }];
}

const lines: readonly (readonly [line: string, outcome: Outcome])[] = [
  says('Type=file;Size=25730;Modify=19940728095854;Perm=; cap60.pl198.tar.gz', {
    name: 'cap60.pl198.tar.gz',
    type: 'file',
    size: 25730,
    modified: '1994-07-28T09:58:54Z',
    perm: '',
  }),
  says('type=dir;modify=20240229235959;perm=flcdmpe; docs', {
    name: 'docs',
    type: 'directory',
    modified: '2024-02-29T23:59:59Z',
    perm: 'flcdmpe',
  }),
  says('TYPE=FILE;SIZE=7; a', { name: 'a', type: 'file', size: 7 }),
  says('type=file;size=0;create=20010203040506;modify=20010203040507; a', {
    name: 'a',
    type: 'file',
    size: 0,
    created: '2001-02-03T04:05:06Z',
    modified: '2001-02-03T04:05:07Z',
  }),
  says('modify=20240102030405.678;type=file; a', { name: 'a', type: 'file', modified: '2024-01-02T03:04:05.678Z' }),
  says('modify=20240102030405.6;type=file; a', { name: 'a', type: 'file', modified: '2024-01-02T03:04:05.600Z' }),
  says('modify=20240102030405.678901234;type=file; a', {
    name: 'a',
    type: 'file',
    modified: '2024-01-02T03:04:05.678Z',
  }),
  // Times that are none are not said; the facts keep them.
  ...['20240230000000', '2024010203040', '20240102030405Z', '20240102030405.', '20240102250405', 'Jan 2 2024', ''].map(
    (modify) => says(`type=file;modify=${modify.replace(/ /g, '_')}; a`, { name: 'a', type: 'file' }),
  ),
  // Names are whatever follows the space.
  says('type=file; two words', { name: 'two words', type: 'file' }),
  says('type=file;  leading', { name: ' leading', type: 'file' }),
  says('type=file; trailing ', { name: 'trailing ', type: 'file' }),
  says('type=file; a; b=c; d', { name: 'a; b=c; d', type: 'file' }),
  says('type=file; C:\\x', { name: 'C:\\x', type: 'file' }),
  says('type=file; \u00E4\u65E5.txt', { name: 'ä日.txt', type: 'file' }),
  says('type=file; caf\uDCE9', { name: 'caf\uDCE9', type: 'file' }),
  ['type=file;size=7;\ttwo words', { name: 'two words', type: 'file', size: 7, facts: { type: 'file', size: '7' } }],
  says('type=file; a;\tb', { name: 'a;\tb', type: 'file' }),
  // The listed directory and its parent.
  ['type=cdir;modify=20240102030405; docs', 'skipped'],
  ['Type=cdir;Modify=20240102030405; /pub/docs', 'skipped'],
  ['type=pdir;modify=20240102030405; ..', 'skipped'],
  ['Type=PDIR; /pub', 'skipped'],
  ['type=dir;modify=20240102030405; .', 'skipped'],
  ['type=dir;modify=20240102030405; ..', 'skipped'],
  // Links and special files, as ProFTPD, Pure-FTPd, tnftpd, wu-ftpd and ours write them.
  says('type=OS.unix=slink:/srv/a;size=6; latest', { name: 'latest', type: 'link', size: 6, target: '/srv/a' }),
  says('Type=OS.UNIX=slink:a.txt;Unique=80g1; latest', {
    name: 'latest',
    type: 'link',
    target: 'a.txt',
    unique: '80g1',
  }),
  says('type=OS.unix=slink; latest', { name: 'latest', type: 'link' }),
  says('type=OS.unix=slink:; latest', { name: 'latest', type: 'link' }),
  says('type=OS.unix=symlink;size=6; latest', { name: 'latest', type: 'link', size: 6 }),
  says('type=OS.unix=slink:a=b; latest', { name: 'latest', type: 'link', target: 'a=b' }),
  says('size=3;type=OS.unix=slink:/my files/a;perm=; latest', {
    name: 'latest',
    type: 'link',
    size: 3,
    target: '/my files/a',
    perm: '',
  }),
  says('type=OS.Windows=junction; latest', { name: 'latest', type: 'link' }),
  says('type=symlink; latest', { name: 'latest', type: 'link' }),
  says('type=OS.unix=chr-13/29; tty', { name: 'tty', type: 'other' }),
  says('type=OS.unix=blkdev; sda', { name: 'sda', type: 'other' }),
  says('type=OS.unix=other; mux', { name: 'mux', type: 'other' }),
  says('type=OS.unix=linkage; x', { name: 'x', type: 'other' }),
  // Without a type only letters of directories tell.
  says('size=7;perm=adfrw; a', { name: 'a', type: 'file', size: 7, perm: 'adfrw' }),
  says('modify=20240102030405;perm=el; docs', {
    name: 'docs',
    type: 'directory',
    modified: '2024-01-02T03:04:05Z',
    perm: 'el',
  }),
  says('sizd=4096; docs', { name: 'docs', type: 'directory', size: 4096 }),
  says('type=dir;sizd=4096; docs', { name: 'docs', type: 'directory', size: 4096 }),
  // Facts of Unix, with numbers and with names.
  says('type=file;unix.mode=0644;unix.owner=alice;unix.group=staff; a', {
    name: 'a',
    type: 'file',
    mode: 0o644,
    owner: 'alice',
    group: 'staff',
  }),
  says('type=file;UNIX.mode=0100755;UNIX.uid=1000;UNIX.gid=100; a', {
    name: 'a',
    type: 'file',
    mode: 0o755,
    owner: '1000',
    group: '100',
  }),
  says('type=file;UNIX.group=14;UNIX.groupname=ftp;UNIX.mode=04755;UNIX.owner=0;UNIX.ownername=root; a', {
    name: 'a',
    type: 'file',
    mode: 0o4755,
    owner: 'root',
    group: 'ftp',
  }),
  says('type=file;unix.owner=Domain%20Users;unix.group=%C3%A9%FF100%; a', {
    name: 'a',
    type: 'file',
    owner: 'Domain Users',
    group: 'é\uDCFF100%',
  }),
  says('type=file;unix.owner=caf\uDCE9%20x; a', { name: 'a', type: 'file', owner: 'caf\uDCE9 x' }),
  says('type=file;unix.mode=rw-r--r--; a', { name: 'a', type: 'file' }),
  says('type=file;unix.mode=0999; a', { name: 'a', type: 'file' }),
  // Sizes that are none, or not exact in JavaScript.
  says('type=file;size=9007199254740993; a', { name: 'a', type: 'file' }),
  says('type=file;size=-1; a', { name: 'a', type: 'file' }),
  says('type=file;size=1e3; a', { name: 'a', type: 'file' }),
  // Other facts stay as they are.
  says('type=file;media-type=text/plain;lang=de;charset=UTF-8;X.hidden=yes; a', { name: 'a', type: 'file' }),
  // A last semicolon that is missing.
  ['type=file;size=7 a', { name: 'a', type: 'file', size: 7, facts: { type: 'file', size: '7' } }],
  ['type=file a;b', { name: 'a;b', type: 'file', facts: { type: 'file' } }],
  [
    'type=file;size=7; a\r',
    { name: 'a', type: 'file', size: 7, facts: { type: 'file', size: '7' }, raw: 'type=file;size=7; a' },
  ],
  [' type=file;size=7; a', { name: 'a', type: 'file', size: 7, facts: { type: 'file', size: '7' } }],
  ['type=file;size=7;', 'unparsed'],
  ['type=file;size=7; ', 'unparsed'],
  ['type=file;;size=7; a', 'unparsed'],
  ['type; a', 'unparsed'],
  ['=file; a', 'unparsed'],
  ['x=1;y=2; a', 'unparsed'],
  ['type=file; a/b', 'unparsed'],
  ['type=file; /a', 'unparsed'],
  ['type=file; ../a', 'unparsed'],
  ['type=dir; a/', 'unparsed'],
  ['type=file; a\0', 'unparsed'],
  ['type=file; a\nb', 'unparsed'],
  ['type=OS.unix=slink:a\rb; c', 'unparsed'],
];

export const mlsxSamples: SystemSamples = { format: 'mlsd', lines, listings: [] };
