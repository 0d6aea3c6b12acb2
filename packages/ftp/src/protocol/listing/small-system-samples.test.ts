import type { Sample, SystemSamples } from './samples.test.js';

const eplfLines: readonly Sample[] = [
  [
    '+i8388621.48594,m825718503,r,s280,\tdjb.html',
    { name: 'djb.html', type: 'file', size: 280, modified: '1996-03-01T22:15:03Z', unique: '8388621.48594' },
  ],
  [
    '+i8388621.50690,m824255907,/,\t514',
    { name: '514', type: 'directory', modified: '1996-02-13T23:58:27Z', unique: '8388621.50690' },
  ],
  [
    '+r,s10376,m0,up644,\tRFC',
    { name: 'RFC', type: 'file', size: 10376, modified: '1970-01-01T00:00:00Z', mode: 0o644 },
  ],
  ['+/,\ta b', { name: 'a b', type: 'directory' }],
  ['+,\tsocket', { name: 'socket', type: 'other' }],
  ['+\tsocket', { name: 'socket', type: 'other' }],
  ['+r,\t tab\there ', { name: ' tab\there ', type: 'file' }],
  ['+r,sx,m1x,m99999999999999,up9,z1,\ta', { name: 'a', type: 'file' }],
  ['+/,\t..', 'skipped'],
  ['+r,\t', 'unparsed'],
  ['+r, a', 'unparsed'],
  ['+r,\ta/b', 'unparsed'],
];

const netwareLines: readonly Sample[] = [
  [
    'd [R----F--] supervisor            512       Jan 16 18:53    login',
    {
      name: 'login',
      type: 'directory',
      size: 512,
      modified: '2024-01-16T18:53',
      owner: 'supervisor',
      facts: { rights: 'R----F--' },
    },
  ],
  [
    'd [RWCEAFMS] alice                        512 Jan 28 10:02 docs',
    {
      name: 'docs',
      type: 'directory',
      size: 512,
      modified: '2024-01-28T10:02',
      owner: 'alice',
      facts: { rights: 'RWCEAFMS' },
    },
  ],
  [
    '- [RWCEAFMS] alice                     214059 Oct 20 15:27 cx.exe',
    {
      name: 'cx.exe',
      type: 'file',
      size: 214059,
      modified: '2023-10-20T15:27',
      owner: 'alice',
      facts: { rights: 'RWCEAFMS' },
    },
  ],
  [
    '- [-W---F--] SCION_VOL2                        5 Jul 07  2004 two words',
    {
      name: 'two words',
      type: 'file',
      size: 5,
      modified: '2004-07-07',
      owner: 'SCION_VOL2',
      facts: { rights: '-W---F--' },
    },
  ],
  [
    '- [RWCEAFMS] Alice B Cooper             1234 Jan  2 03:04 a.txt',
    {
      name: 'a.txt',
      type: 'file',
      size: 1234,
      modified: '2024-01-02T03:04',
      owner: 'Alice B Cooper',
      facts: { rights: 'RWCEAFMS' },
    },
  ],
  [
    'd[R----F-]  1 carrol            0 Jan  2 03:04 docs',
    {
      name: 'docs',
      type: 'directory',
      size: 0,
      modified: '2024-01-02T03:04',
      owner: 'carrol',
      links: 1,
      facts: { rights: 'R----F-' },
    },
  ],
  [
    '-[RWCE-F-] mlg 1234 Jan  2 03:04 a.txt',
    {
      name: 'a.txt',
      type: 'file',
      size: 1234,
      modified: '2024-01-02T03:04',
      owner: 'mlg',
      facts: { rights: 'RWCE-F-' },
    },
  ],
  [
    '- [RWCEAFMS] 1234 Jan  2 03:04 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T03:04', facts: { rights: 'RWCEAFMS' } },
  ],
  [
    '- [RWCEAFMS] alice 1234 Feb 30  2023 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, owner: 'alice', facts: { rights: 'RWCEAFMS' } },
  ],
  ['d [RWCEAFMS] alice                        512 Jan 28 10:02 .', 'skipped'],
  ['d [RWCEAFMS] alice                        512 Jan 28 10:02 a\\b', 'unparsed'],
  ['d [RWCEAFMX] alice                        512 Jan 28 10:02 docs', 'unparsed'],
  ['d [RWCEAFMS] alice                        512 docs', 'unparsed'],
  ['d [RWCEAFMS] alice                        512 Jan 28 10:02', 'unparsed'],
];

const os2Lines: readonly Sample[] = [
  [
    '                 0           DIR   04-11-95   16:26  ADDRESS',
    { name: 'ADDRESS', type: 'directory', modified: '1995-04-11T16:26' },
  ],
  [
    '               612      A          07-28-95   16:45  air_tra1.bag',
    { name: 'air_tra1.bag', type: 'file', size: 612, modified: '1995-07-28T16:45', facts: { attributes: 'A' } },
  ],
  [
    '           1305728     RHS         04-08-24   13:10  OS2KRNL',
    { name: 'OS2KRNL', type: 'file', size: 1305728, modified: '2024-04-08T13:10', facts: { attributes: 'RHS' } },
  ],
  [
    '                73                 04-08-97   13:10  two words',
    { name: 'two words', type: 'file', size: 73, modified: '1997-04-08T13:10' },
  ],
  ['     0      DIR   05-12-97   16:44  PSFONTS', { name: 'PSFONTS', type: 'directory', modified: '1997-05-12T16:44' }],
  [
    '     0  A   DIR   05-12-97   16:44  docs',
    { name: 'docs', type: 'directory', modified: '1997-05-12T16:44', facts: { attributes: 'A' } },
  ],
  [
    '  1123 DIR  A    10-05-100  23:38  docs',
    { name: 'docs', type: 'directory', modified: '2000-10-05T23:38', facts: { attributes: 'A' } },
  ],
  // Years as counted from 1900.
  [
    '             18224      A          04-08-103   9:10  A.TXT',
    { name: 'A.TXT', type: 'file', size: 18224, modified: '2003-04-08T09:10', facts: { attributes: 'A' } },
  ],
  [
    '             18224      A          04-08-2003   09:10  A.TXT',
    { name: 'A.TXT', type: 'file', size: 18224, modified: '2003-04-08T09:10', facts: { attributes: 'A' } },
  ],
  [
    '             18224      A          13-08-03   09:10  A.TXT',
    { name: 'A.TXT', type: 'file', size: 18224, facts: { attributes: 'A' } },
  ],
  ['     0      DIR   05-12-97   16:44  ..', 'skipped'],
  ['     0      DIR   05-12-97   16:44  ', 'unparsed'],
  ['     0      DIR   05-12-97   16:44  a\\b', 'unparsed'],
  ['     0      DOR   05-12-97   16:44  docs', 'unparsed'],
];

const vxworksListing: readonly Sample[] = [
  ['  size          date       time       name', 'skipped'],
  ['--------       ------     ------    --------', 'skipped'],
  ['     512    JUN-20-2003  03:50:20   .                 <DIR>', 'skipped'],
  [
    '     512    JUN-20-2003  03:50:20   DOCS              <DIR>',
    { name: 'DOCS', type: 'directory', size: 512, modified: '2003-06-20T03:50:20' },
  ],
  [
    '   61440    Jan-02-1980  00:00:00   vxWorks.st',
    { name: 'vxWorks.st', type: 'file', size: 61440, modified: '1980-01-02T00:00:00' },
  ],
];

const vxworksLines: readonly Sample[] = [
  [
    '2048    Feb-28-1998  05:23:30   two words <DIR>',
    { name: 'two words', type: 'directory', size: 2048, modified: '1998-02-28T05:23:30' },
  ],
  ['2048    Feb-30-1998  05:23:30   a', { name: 'a', type: 'file', size: 2048 }],
  ['2048    Fob-28-1998  05:23:30   a', 'unparsed'],
  ['2048    Feb-28-1998  05:23:30   a/b', 'unparsed'],
  ['2048    Feb-28-1998  05:23:30   ', 'unparsed'],
  [
    '2048    Feb-28-1998  05:23:30   <DIR>',
    { name: '<DIR>', type: 'file', size: 2048, modified: '1998-02-28T05:23:30' },
  ],
];

const os9Listing: readonly Sample[] = [
  ['                           Directory of . 12:31:15', 'skipped'],
  [' Owner    Last modified  Attributes Sector Bytecount Name', 'skipped'],
  ['-------  -------------   ---------- ------ --------- ----', 'skipped'],
  [
    '   1.20  07/03/29 1026    d-ewrewr    2650     85920 DOCS',
    {
      name: 'DOCS',
      type: 'directory',
      size: 85920,
      modified: '2007-03-29T10:26',
      owner: '20',
      group: '1',
      facts: { attributes: 'd-ewrewr', sector: '2650' },
    },
  ],
  [
    '   0.0   98/12/31 2359    ------wr     1AF       123 startup',
    {
      name: 'startup',
      type: 'file',
      size: 123,
      modified: '1998-12-31T23:59',
      owner: '0',
      group: '0',
      facts: { attributes: '------wr', sector: '1AF' },
    },
  ],
];

const os9Lines: readonly Sample[] = [
  [
    '20.20 07/03/29 1026 d-ewrewr 2650 85920 two words',
    {
      name: 'two words',
      type: 'directory',
      size: 85920,
      modified: '2007-03-29T10:26',
      owner: '20',
      group: '20',
      facts: { attributes: 'd-ewrewr', sector: '2650' },
    },
  ],
  [
    '20.20 07/13/29 1026 --e-re-r 2650 85920 a',
    {
      name: 'a',
      type: 'file',
      size: 85920,
      owner: '20',
      group: '20',
      facts: { attributes: '--e-re-r', sector: '2650' },
    },
  ],
  ['20.20 07/03/29 1026 d-ewrewx 2650 85920 a', 'unparsed'],
  ['20.20 07/03/29 1026 d-ewrewr 2650 85920 ../a', 'unparsed'],
];

const nonstopListing: readonly Sample[] = [
  ['File         Code             EOF  Last Modification    Owner  RWEP', 'skipped'],
  ['', 'skipped'],
  [
    'IARPTS01      101           14520  14-Nov-03 21:35:11 255,255 "oooo"',
    {
      name: 'IARPTS01',
      type: 'file',
      size: 14520,
      modified: '2003-11-14T21:35:11',
      owner: '255',
      group: '255',
      facts: { code: '101', security: 'oooo' },
    },
  ],
  [
    'ZZSA0001     0              18432   3-Jun-2024 10:20:03 168, 10 "NUNU"',
    {
      name: 'ZZSA0001',
      type: 'file',
      size: 18432,
      modified: '2024-06-03T10:20:03',
      owner: '10',
      group: '168',
      facts: { code: '0', security: 'NUNU' },
    },
  ],
];

const nonstopLines: readonly Sample[] = [
  [
    'LOGFILE       101O           14520  14-Nov-03 21:35:11   8,1   NCNC',
    {
      name: 'LOGFILE',
      type: 'file',
      size: 14520,
      modified: '2003-11-14T21:35:11',
      owner: '1',
      group: '8',
      facts: { code: '101', security: 'NCNC', flag: 'O' },
    },
  ],
  [
    'A             100               0  31-Feb-03 21:35:11   8,1   "----"',
    { name: 'A', type: 'file', size: 0, owner: '1', group: '8', facts: { code: '100', security: '----' } },
  ],
  ['TOOLONGNAME   101           14520  14-Nov-03 21:35:11 255,255 "oooo"', 'unparsed'],
  ['IARPTS01      101           14520  14-Nov-03 21:35:11 255,255', 'unparsed'],
];

const enterpriseLines: readonly Sample[] = [
  [
    '-C--E-----FTP B QUA1I1      18128       41 Aug 12 13:56 QUADTEST',
    {
      name: 'QUADTEST',
      type: 'file',
      size: 41,
      modified: '2023-08-12T13:56',
      owner: 'QUA1I1',
      facts: { flags: '-C--E-----', protocol: 'FTP', kind: 'B', batch: '18128' },
    },
  ],
  [
    '-ARTE-----FTP A QUA1I1      18056       11 Sep 02  2003 two words',
    {
      name: 'two words',
      type: 'file',
      size: 11,
      modified: '2003-09-02',
      owner: 'QUA1I1',
      facts: { flags: '-ARTE-----', protocol: 'FTP', kind: 'A', batch: '18056' },
    },
  ],
  [
    '-C--E-----FTP B QUA1I1      18128       41 Feb 30  2023 A',
    {
      name: 'A',
      type: 'file',
      size: 41,
      owner: 'QUA1I1',
      facts: { flags: '-C--E-----', protocol: 'FTP', kind: 'B', batch: '18128' },
    },
  ],
  ['-C--E-----FTP B QUA1I1      18128       41 Aug 12 13:56 ', 'unparsed'],
  ['-C--E-----FTP B QUA1I1      18128       41 Aug 12 13:56 a/b', 'unparsed'],
  ['-C--E-----FTP B QUA1I1      x       41 Aug 12 13:56 QUADTEST', 'unparsed'],
  ['-C--E-----FTP QUA1I1      18128       41 Aug 12 13:56 QUADTEST', 'unparsed'],
];

export const smallSystemSamples: readonly SystemSamples[] = [
  { format: 'eplf', lines: eplfLines, listings: [] },
  { format: 'netware', lines: netwareLines, listings: [] },
  { format: 'os2', lines: os2Lines, listings: [] },
  { format: 'vxworks', lines: vxworksLines, listings: [vxworksListing] },
  { format: 'os9', lines: os9Lines, listings: [os9Listing] },
  { format: 'enterprise', lines: enterpriseLines, listings: [] },
  { format: 'nonstop', lines: nonstopLines, listings: [nonstopListing] },
];
