import type { Sample, SystemSamples } from './samples.test.js';

const lines: readonly Sample[] = [
  // MultiNet, UCX, TCPware, CMU.
  [
    'CORE.DIR;1          1/9           8-SEP-1996 16:09:32  [SYSTEM]  (RWE,RWE,RE,RE)',
    {
      name: 'CORE',
      type: 'directory',
      modified: '1996-09-08T16:09:32',
      owner: 'SYSTEM',
      facts: { version: '1', blocks: '1', allocated: '9', protection: 'RWE,RWE,RE,RE' },
    },
  ],
  [
    'CII-MANUAL.TEX;1  213/216  29-JAN-1996 03:33:12  [ANONYMOU,ANONYMOUS]   (RWED,RWED,,)',
    {
      name: 'CII-MANUAL.TEX',
      type: 'file',
      modified: '1996-01-29T03:33:12',
      owner: 'ANONYMOUS',
      group: 'ANONYMOU',
      facts: { version: '1', blocks: '213', allocated: '216', protection: 'RWED,RWED,,' },
    },
  ],
  [
    '1-JUN.LIS;1              9/9           2-JUN-1998 07:32:04  [GROUP,OWNER]    (RWED,RWED,RWED,RE)',
    {
      name: '1-JUN.LIS',
      type: 'file',
      modified: '1998-06-02T07:32:04',
      owner: 'OWNER',
      group: 'GROUP',
      facts: { version: '1', blocks: '9', allocated: '9', protection: 'RWED,RWED,RWED,RE' },
    },
  ],
  [
    'README.TXT;4                   18   19-JUN-2024 13:12  [20,101]  (RWED,RWED,RE,)',
    {
      name: 'README.TXT',
      type: 'file',
      modified: '2024-06-19T13:12',
      owner: '101',
      group: '20',
      facts: { version: '4', blocks: '18', protection: 'RWED,RWED,RE,' },
    },
  ],
  [
    'README.TXT;4                   18   19-JUN-2024 13:12:11.55',
    { name: 'README.TXT', type: 'file', modified: '2024-06-19T13:12:11.550', facts: { version: '4', blocks: '18' } },
  ],
  [
    'LOGIN.COM;1   29-JAN-1996 03:33 [SYS,SYSTEM] (RWED,RWED,,)',
    {
      name: 'LOGIN.COM',
      type: 'file',
      modified: '1996-01-29T03:33',
      owner: 'SYSTEM',
      group: 'SYS',
      facts: { version: '1', protection: 'RWED,RWED,,' },
    },
  ],
  ['LOGIN.COM;1   5', { name: 'LOGIN.COM', type: 'file', facts: { version: '1', blocks: '5' } }],
  [
    'LOGIN.COM;1   1.5KB  29-JAN-1996 03:33',
    { name: 'LOGIN.COM', type: 'file', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1.5KB' } },
  ],
  [
    'login.com;12  5 29-Jan-1996 03:33',
    { name: 'login.com', type: 'file', modified: '1996-01-29T03:33', facts: { version: '12', blocks: '5' } },
  ],
  [
    'sub.dir;1  1 29-Jan-1996 03:33',
    { name: 'sub', type: 'directory', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1' } },
  ],
  [
    'NOTYPE.;1  1 29-JAN-1996 03:33',
    { name: 'NOTYPE.', type: 'file', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1' } },
  ],
  ['.DIR;1  1 29-JAN-1996 03:33', 'unparsed'],
  [
    'README.TXT;4   18   31-FEB-2024 13:12',
    { name: 'README.TXT', type: 'file', facts: { version: '4', blocks: '18' } },
  ],
  // Columns that are missing, in another order, or in another language.
  [
    'README.TXT;1    2/8    7-JAN-2000    [IV2_XXX]   (RWED,RWED,RE,)',
    {
      name: 'README.TXT',
      type: 'file',
      modified: '2000-01-07',
      owner: 'IV2_XXX',
      facts: { version: '1', blocks: '2', allocated: '8', protection: 'RWED,RWED,RE,' },
    },
  ],
  [
    'README.TXT;1    6/8    15-JUI-2002    PRONAS   (RWED,RWED,RE,)',
    {
      name: 'README.TXT',
      type: 'file',
      owner: 'PRONAS',
      facts: { version: '1', blocks: '6', allocated: '8', protection: 'RWED,RWED,RE,' },
    },
  ],
  [
    'README.TXT;1    6/8    15-DEZ-2002',
    { name: 'README.TXT', type: 'file', modified: '2002-12-15', facts: { version: '1', blocks: '6', allocated: '8' } },
  ],
  [
    'README.TXT;1   [SUMMARY]    1/3     2-AUG-2006 13:05  (RWE,RWE,RE,)',
    {
      name: 'README.TXT',
      type: 'file',
      modified: '2006-08-02T13:05',
      owner: 'SUMMARY',
      facts: { version: '1', blocks: '1', allocated: '3', protection: 'RWE,RWE,RE,' },
    },
  ],
  [
    'README.TXT;1       17-JUN-1994 17:25:37     6308/13     (RWED,RWED,R,)',
    {
      name: 'README.TXT',
      type: 'file',
      modified: '1994-06-17T17:25:37',
      facts: { version: '1', blocks: '6308', allocated: '13', protection: 'RWED,RWED,R,' },
    },
  ],
  ['README.TXT;1   [SUMMARY]', 'unparsed'],
  ['README.TXT;1   1 2 29-JAN-1996 03:33', 'unparsed'],
  ['README.TXT;1   1 29-JAN-1996 03:33 SYSTEM', 'unparsed'],
  // Without versions, as some servers are set up; then the rest must leave no doubt.
  [
    'README.TXT   18/20   19-JUN-2024 13:12  [SYSTEM]  (RWED,RWED,RE,)',
    {
      name: 'README.TXT',
      type: 'file',
      modified: '2024-06-19T13:12',
      owner: 'SYSTEM',
      facts: { blocks: '18', allocated: '20', protection: 'RWED,RWED,RE,' },
    },
  ],
  [
    'DOCS.DIR   1   19-JUN-2024 13:12  (RWED,RWED,RE,)',
    {
      name: 'DOCS',
      type: 'directory',
      modified: '2024-06-19T13:12',
      facts: { blocks: '1', protection: 'RWED,RWED,RE,' },
    },
  ],
  ['README.TXT   18/20   19-JUN-2024 13:12', 'unparsed'],
  ['README.TXT   18', 'unparsed'],
  // ODS-5: escapes are part of the name that the server takes.
  [
    'a^_b^.c.txt;1  1 29-JAN-1996 03:33',
    { name: 'a^_b^.c.txt', type: 'file', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1' } },
  ],
  [
    'semi^;colon.txt;2  1 29-JAN-1996 03:33',
    { name: 'semi^;colon.txt', type: 'file', modified: '1996-01-29T03:33', facts: { version: '2', blocks: '1' } },
  ],
  [
    'two^ words.txt;1  1 29-JAN-1996 03:33',
    { name: 'two^ words.txt', type: 'file', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1' } },
  ],
  [
    'uni^U263A.txt;1  1 29-JAN-1996 03:33',
    { name: 'uni^U263A.txt', type: 'file', modified: '1996-01-29T03:33', facts: { version: '1', blocks: '1' } },
  ],
  // Files that the server may not look at.
  [
    'SECRET.TXT;1     %RMS-E-PRV, insufficient privilege or file protection violation',
    {
      name: 'SECRET.TXT',
      type: 'file',
      facts: { version: '1', error: '%RMS-E-PRV, insufficient privilege or file protection violation' },
    },
  ],
  [
    'SECRET.DIR;1     No privilege for attempted operation',
    { name: 'SECRET', type: 'directory', facts: { version: '1', error: 'No privilege for attempted operation' } },
  ],
  ['%RMS-E-FNF, file not found', 'unparsed'],
  ['%DIRECT-W-NOFILES, no files found', 'skipped'],
  // Around them.
  ['Directory DISK$USER:[ANONYMOUS.PUB]', 'skipped'],
  ['Directory PUB$DEVICE:[000000]', 'skipped'],
  ['Total of 11 files, 233/245 blocks', 'skipped'],
  ['Total of 1 file, 1 block.', 'skipped'],
  ['Total 14 files', 'skipped'],
  ['Grand total of 2 directories, 5 files, 77/90 blocks.', 'skipped'],
  ['README.TXT;x  1 29-JAN-1996 03:33', 'unparsed'],
  ['README.TXT;1  one 29-JAN-1996 03:33', 'unparsed'],
  ['a/b.txt;1  1 29-JAN-1996 03:33', 'unparsed'],
  ['..;1  1 29-JAN-1996 03:33', 'skipped'],
];

const wrapped: readonly Sample[] = [
  ['Directory DISK$USER:[ANONYMOUS]', 'skipped'],
  ['', 'skipped'],
  ['A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT;1', 'skipped'],
  [
    '                    213/216  29-JAN-1996 03:33:12  [GROUP,OWNER]   (RWED,RWED,,)',
    {
      name: 'A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT',
      type: 'file',
      modified: '1996-01-29T03:33:12',
      owner: 'OWNER',
      group: 'GROUP',
      facts: { version: '1', blocks: '213', allocated: '216', protection: 'RWED,RWED,,' },
      raw: 'A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT;1\n                    213/216  29-JAN-1996 03:33:12  [GROUP,OWNER]   (RWED,RWED,,)',
    },
  ],
  ['ANOTHER_NAME_THAT_IS_TOO_LONG.DIR;1', 'skipped'],
  [
    '                    %RMS-E-PRV, insufficient privilege',
    {
      name: 'ANOTHER_NAME_THAT_IS_TOO_LONG',
      type: 'directory',
      facts: { version: '1', error: '%RMS-E-PRV, insufficient privilege' },
      raw: 'ANOTHER_NAME_THAT_IS_TOO_LONG.DIR;1\n                    %RMS-E-PRV, insufficient privilege',
    },
  ],
  // A protection that went to the next line is of the entry before; of an owner and a protection likewise.
  [
    'LAST.TXT;1  1/9  29-JAN-1996 03:33:12  [GROUP_WITH_A_LONG_NAME,OWNER]',
    {
      name: 'LAST.TXT',
      type: 'file',
      modified: '1996-01-29T03:33:12',
      owner: 'OWNER',
      group: 'GROUP_WITH_A_LONG_NAME',
      facts: { version: '1', blocks: '1', allocated: '9' },
    },
  ],
  ['                    (RWED,RWED,,)', 'skipped'],
  ['                    [GROUP,OWNER]  (RWED,RWED,,)', 'skipped'],
  ['', 'skipped'],
  ['Total of 3 files, 233/245 blocks', 'skipped'],
];

/** A second line that is not indented is one when it has a date. */
const flush: readonly Sample[] = [
  ['A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT;1', 'skipped'],
  [
    '10     2-JUL-2003 10:30:08.59  [FTP_CLIENT,SCOT]      (RWED,RWED,RE,)',
    {
      name: 'A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT',
      type: 'file',
      modified: '2003-07-02T10:30:08.590',
      owner: 'SCOT',
      group: 'FTP_CLIENT',
      facts: { version: '1', blocks: '10', protection: 'RWED,RWED,RE,' },
      raw: 'A_NAME_THAT_IS_TOO_LONG_FOR_ITS_COLUMN.TXT;1\n10     2-JUL-2003 10:30:08.59  [FTP_CLIENT,SCOT]      (RWED,RWED,RE,)',
    },
  ],
];

const versions: readonly Sample[] = [
  [
    'LOGIN.COM;3   5  29-JAN-1996 03:33',
    { name: 'LOGIN.COM', type: 'file', modified: '1996-01-29T03:33', facts: { version: '3', blocks: '5' } },
  ],
  [
    'LOGIN.COM;2   4  28-JAN-1996 03:33',
    { name: 'LOGIN.COM;2', type: 'file', modified: '1996-01-28T03:33', facts: { version: '2', blocks: '4' } },
  ],
  [
    'LOGIN.COM;1   3  27-JAN-1996 03:33',
    { name: 'LOGIN.COM;1', type: 'file', modified: '1996-01-27T03:33', facts: { version: '1', blocks: '3' } },
  ],
  [
    'LOGOUT.COM;7   3  27-JAN-1996 03:33',
    { name: 'LOGOUT.COM', type: 'file', modified: '1996-01-27T03:33', facts: { version: '7', blocks: '3' } },
  ],
];

export const vmsSamples: SystemSamples = { format: 'vms', lines, listings: [wrapped, flush, versions] };
