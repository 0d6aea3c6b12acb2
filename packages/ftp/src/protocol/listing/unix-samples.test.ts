import type { Expected, Sample, SystemSamples } from './samples.test.js';

/** What `-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt` says, but for a change; a key that is undefined is not said. */
function file(change: { readonly [Key in keyof Expected]?: Expected[Key] | undefined }): Expected {
  const entry = {
    name: 'a.txt',
    type: 'file',
    mode: 0o644,
    links: 1,
    owner: 'alice',
    group: 'staff',
    size: 1234,
    modified: '2024-01-02T03:04',
    ...change,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as unknown as Expected;
}

const directory = (change: Partial<Expected>): Expected =>
  file({ name: 'docs', type: 'directory', mode: 0o755, links: 2, size: 4096, ...change });
const link = (change: Parameters<typeof file>[0]): Expected =>
  file({ name: 'latest', type: 'link', mode: 0o777, size: 5, target: 'a.txt', ...change });

const columns: readonly Sample[] = [
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['-rw-r--r-- 1 alice staff 1234 Jan 2 03:04 a.txt', file({})],
  ['-rw-r--r--\t1\talice\tstaff\t1234\tJan\t2\t03:04\ta.txt', file({})],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 docs', directory({})],
  [
    'dr-xr-xr-x   2 root     other         512 Apr  8  1994 etc',
    directory({ name: 'etc', mode: 0o555, owner: 'root', group: 'other', size: 512, modified: '1994-04-08' }),
  ],
  // Without the group, without the links, with neither, and with nothing at all.
  ['-rw-r--r--   1 alice        1234 Jan  2 03:04 a.txt', file({ group: undefined })],
  ['-rw-r--r--   alice    staff        1234 Jan  2 03:04 a.txt', file({ links: undefined })],
  ['-rw-r--r--   alice        1234 Jan  2 03:04 a.txt', file({ links: undefined, group: undefined })],
  ['-rw-r--r--   1234 Jan  2 03:04 a.txt', file({ links: undefined, owner: undefined, group: undefined })],
  // One number could be links, a user or a group.
  [
    '-r--r--r-- 0125039 12 Nov 11 2005 a.txt',
    file({ mode: 0o444, links: undefined, owner: undefined, group: undefined, size: 12, modified: '2005-11-11' }),
  ],
  // Numbers for names.
  ['-rw-r--r--   1 1000     100          1234 Jan  2 03:04 a.txt', file({ owner: '1000', group: '100' })],
  [
    '-rw-r--r--   1 0        0        2147483648 Jan  2 03:04 a.txt',
    file({ owner: '0', group: '0', size: 2147483648 }),
  ],
  ['-rw-r--r--   1 4294967294 4294967294 1234 Jan  2 03:04 a.txt', file({ owner: '4294967294', group: '4294967294' })],
  // Names with spaces.
  ['-rw-r--r--   1 alice    Domain Users        1234 Jan  2 03:04 a.txt', file({ group: 'Domain Users' })],
  [
    '-rw-r--r--   1 CORP\\alice Domain Users 1234 Jan  2 03:04 a.txt',
    file({ owner: 'CORP\\alice', group: 'Domain Users' }),
  ],
  ['-rw-r--r--   1 Alice B Cooper  staff        1234 Jan  2 03:04 a.txt', file({ owner: 'Alice B Cooper' })],
  ['-rw-r--r--   1 alice@example.org staff        1234 Jan  2 03:04 a.txt', file({ owner: 'alice@example.org' })],
  // More than one place could be between the columns.
  ['-rw-r--r--   1 root  Domain  Users 1234 Jan  2 03:04 a.txt', file({ owner: 'root', group: 'Domain  Users' })],
  // Names that look like dates and numbers.
  ['-rw-r--r--   1 may      10           1000 Jan  2 03:04 a.txt', file({ owner: 'may', group: '10', size: 1000 })],
  ['-rw-r--r--   1 Jan      Feb          1234 Jan  2 03:04 a.txt', file({ owner: 'Jan', group: 'Feb' })],
  ['-rw-r--r--   1 1234     May          1234 Jan  2 03:04 a.txt', file({ owner: '1234', group: 'May' })],
  ['-rw-r--r--   1 alice    0,           1234 Jan  2 03:04 a.txt', file({ group: '0,' })],
  ['-rw-r--r--   1 alice    folder       1234 Jan  2 03:04 a.txt', file({ group: 'folder' })],
  // Inodes and blocks in front.
  ['1310733 -rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['   8 -rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['1310733    8 -rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['4.0K -rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['  -rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  // A number of links that has reached the permissions.
  ['-rw-r--r--1234 alice    staff        1234 Jan  2 03:04 a.txt', file({ links: 1234 })],
  // Directories whose size is left out.
  [
    'drwxr-xr-x   2 alice    staff        Jan  2 03:04 docs',
    file({ name: 'docs', type: 'directory', mode: 0o755, links: 2, size: undefined }),
  ],
];

const permissions: readonly Sample[] = [
  ['-rwsr-xr-x   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0o4755 })],
  ['-rwSr--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0o4644 })],
  ['-rwxr-sr-x   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0o2755 })],
  ['-rw-r-Sr--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0o2644 })],
  ['-rw-r-lr--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0o2654 })],
  ['drwxrwxrwt   2 alice    staff        4096 Jan  2 03:04 docs', directory({ mode: 0o1777 })],
  ['drwxrwxrwT   2 alice    staff        4096 Jan  2 03:04 docs', directory({ mode: 0o1776 })],
  ['----------   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ mode: 0 })],
  ['-rw-r--r--+  1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['-rw-r--r--.  1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['-rw-r--r--@  1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['-rw-r--r---  1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
  ['?---------   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ type: 'other', mode: 0 })],
  ['d?????????   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ type: 'directory', mode: undefined })],
  ['?rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({ type: 'other' })],
  [
    'srwxrwxrwx   1 alice    staff           0 Jan  2 03:04 mux',
    file({ name: 'mux', type: 'other', mode: 0o777, size: 0 }),
  ],
  ['prw-r--r--   1 alice    staff           0 Jan  2 03:04 pipe', file({ name: 'pipe', type: 'other', size: 0 })],
  ['Drw-r--r--   1 alice    staff           0 Jan  2 03:04 door', file({ name: 'door', type: 'other', size: 0 })],
  [
    'brw-rw----   1 root     disk       8,   0 Jan  2 03:04 sda',
    file({ name: 'sda', type: 'other', mode: 0o660, owner: 'root', group: 'disk', size: undefined }),
  ],
  [
    'crw-rw-rw-   1 root     tty      5, 64 Jan  2 03:04 tty',
    file({ name: 'tty', type: 'other', mode: 0o666, owner: 'root', group: 'tty', size: undefined }),
  ],
  [
    'crw-rw-rw-   1 root     tty        5,64 Jan  2 03:04 tty',
    file({ name: 'tty', type: 'other', mode: 0o666, owner: 'root', group: 'tty', size: undefined }),
  ],
  [
    'crw-rw-rw-   1 root     wheel    0x3000002 Jan  2 03:04 null',
    file({ name: 'null', type: 'other', mode: 0o666, owner: 'root', group: 'wheel', size: undefined }),
  ],
  // Cray: a file that has gone to tape.
  ['mrw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', file({})],
];

const sizes: readonly Sample[] = [
  ['-rw-r--r--   1 alice    staff           0 Jan  2 03:04 a.txt', file({ size: 0 })],
  ['-rw-r--r--   1 alice    staff    9007199254740991 Jan  2 03:04 a.txt', file({ size: 9007199254740991 })],
  // Not exact any more, rounded, and wrapped around.
  ['-rw-r--r--   1 alice    staff    9007199254740993 Jan  2 03:04 a.txt', file({ size: undefined })],
  ['-rw-r--r--   1 alice    staff        1.2K Jan  2 03:04 a.txt', file({ size: undefined })],
  ['-rw-r--r--   1 alice    staff         17M Jan  2 03:04 a.txt', file({ size: undefined })],
  ['-rw-r--r--   1 alice    staff    -2147483648 Jan  2 03:04 a.txt', file({ size: undefined })],
];

const dates: readonly Sample[] = [
  ['-rw-r--r--   1 alice    staff        1234 Jul 15 12:00 a.txt', file({ modified: '2024-07-15T12:00' })],
  // Up to a day ahead, as the server's clock may be; beyond it is last year's.
  ['-rw-r--r--   1 alice    staff        1234 Jul 16 12:00 a.txt', file({ modified: '2024-07-16T12:00' })],
  ['-rw-r--r--   1 alice    staff        1234 Jul 16 12:01 a.txt', file({ modified: '2023-07-16T12:01' })],
  ['-rw-r--r--   1 alice    staff        1234 Nov 28  23:59 a.txt', file({ modified: '2023-11-28T23:59' })],
  ['-rw-r--r--   1 alice    staff        1234 Dec 31 23:59 a.txt', file({ modified: '2023-12-31T23:59' })],
  ['-rw-r--r--   1 alice    staff        1234 Feb 29 10:00 a.txt', file({ modified: '2024-02-29T10:00' })],
  ['-rw-r--r--   1 alice    staff        1234 Feb 29  2000 a.txt', file({ modified: '2000-02-29' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2  2024 a.txt', file({ modified: '2024-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan 02 2024 a.txt', file({ modified: '2024-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2  1970 a.txt', file({ modified: '1970-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 9:04 a.txt', file({ modified: '2024-01-02T09:04' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04:05 a.txt', file({ modified: '2024-01-02T03:04:05' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04:05 2021 a.txt', file({ modified: '2021-01-02T03:04:05' })],
  [
    '-rw-r--r--   1 alice    staff        1234 Sat Jan  2 03:04:05 2021 a.txt',
    file({ modified: '2021-01-02T03:04:05' }),
  ],
  ['-rw-r--r--   1 alice    staff        1234  2 Jan 03:04 a.txt', file({})],
  ['-rw-r--r--   1 alice    staff        1234 02 Jan 2021 a.txt', file({ modified: '2021-01-02' })],
  ['drwxr-xr-x   2 alice    staff        4096 01 oct 2004 docs', directory({ modified: '2004-10-01' })],
  ['-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04 a.txt', file({})],
  ['-rw-r--r--   1 alice    staff        1234 2024-01-02 a.txt', file({ modified: '2024-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04:05 a.txt', file({ modified: '2024-01-02T03:04:05' })],
  [
    '-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04:05.678901234 +0100 a.txt',
    file({ modified: '2024-01-02T02:04:05.678Z' }),
  ],
  [
    '-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04:05.000000000 -0930 a.txt',
    file({ modified: '2024-01-02T12:34:05.000Z' }),
  ],
  [
    '-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04:05 +0000 a.txt',
    file({ modified: '2024-01-02T03:04:05Z' }),
  ],
  ['-rw-r--r--   1 alice    staff        1234 01-02 03:04 a.txt', file({})],
  ['-rw-r--r--   1 alice    staff        1234 12-31 23:59 a.txt', file({ modified: '2023-12-31T23:59' })],
  ['-rw-r--r--   1 alice    staff        1234 09-26 2000 a.txt', file({ modified: '2000-09-26' })],
  ['-rw-r--r--   1 alice    staff        1234 Oct 08, 2002 09:47 a.txt', file({ modified: '2002-10-08T09:47' })],
  ['-rw-r--r--   1 alice    staff        1234 Oct 08, 2002 a.txt', file({ modified: '2002-10-08' })],
  ['-rw-r--r--   1 alice    staff        1234 2016-12-31 23:59:60 a.txt', file({ modified: '2016-12-31T23:59:59' })],
  ['-rw-r--r--   1 alice    staff        1234 2024/01/02 03:04 a.txt', file({})],
  ['-rw-r--r--   1 alice    staff        1234 02.01.2024 03:04 a.txt', file({})],
  ['-rw-r--r--   1 alice    staff        1234 02.01.2024 a.txt', file({ modified: '2024-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 24-04-2003 17:12 a.txt', file({ modified: '2003-04-24T17:12' })],
  ['-rw-r--r--   1 alice    staff        1234 04/24/2003 17:12 a.txt', file({ modified: '2003-04-24T17:12' })],
  ['-rw-r--r--   1 alice    staff        1234 04/04/2003 17:12 a.txt', file({ modified: '2003-04-04T17:12' })],
  ['-rw-r--r--   1 alice    staff        1234 03/04/2003 17:12 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice    staff        1234 01-jun-99 a.txt', file({ modified: '1999-06-01' })],
  ['-rw-r--r--   1 alice    staff        1234 01-jun-1999 17:12 a.txt', file({ modified: '1999-06-01T17:12' })],
  ['-rw-r--r--   1 alice    staff        1234 01-xyz-1999 17:12 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice    staff        1234 3 29 03:26 a.txt', file({ modified: '2024-03-29T03:26' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 24:00 a.txt', file({ modified: '2024-01-03T00:00' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 24:01 a.txt', file({ modified: undefined })],
  [
    'drwxrwxrwx   1 0        0               0 29 Jul 02:27 2014 Invoices',
    directory({
      name: '2014 Invoices',
      mode: 0o777,
      links: 1,
      owner: '0',
      group: '0',
      size: 0,
      modified: '2023-07-29T02:27',
    }),
  ],
  // Dates that no calendar has: the file is there all the same.
  ['-rw-r--r--   1 alice    staff        1234 Feb 30  2023 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  0 00:00 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 25:00 a.txt', file({ modified: undefined })],
];

/** The same second of January, and other months, in the languages of `ls`. */
const languages: readonly Sample[] = [
  ['2. Jan 03:04', '2024-01-02T03:04'],
  ['2. Jan., 03:04', '2024-01-02T03:04'],
  ['26. Juni, 20:10', '2024-06-26T20:10'],
  ['2.   Okt.  2003', '2003-10-02'],
  [' 2. März 2021', '2021-03-02'],
  ['Mär  2 03:04', '2024-03-02T03:04'],
  ['Mai  2 03:04', '2024-05-02T03:04'],
  ['Okt  2  2021', '2021-10-02'],
  ['Dez  2  2021', '2021-12-02'],
  ['janv.  2 03:04', '2024-01-02T03:04'],
  [' 2 févr. 2021', '2021-02-02'],
  ['fév  2 03:04', '2024-02-02T03:04'],
  ['f\uDCE9v  2 03:04', '2024-02-02T03:04'],
  ['mars   2 03:04', '2024-03-02T03:04'],
  ['avril  2 2021', '2021-04-02'],
  ['juin  2 03:04', '2024-06-02T03:04'],
  ['juil.  2 03:04', '2024-07-02T03:04'],
  ['août   2  2021', '2021-08-02'],
  ['ao\uDCFBt  2  2021', '2021-08-02'],
  ['déc.  2  2021', '2021-12-02'],
  ['ene  2 03:04', '2024-01-02T03:04'],
  ['abr  2 03:04', '2024-04-02T03:04'],
  ['ago  2  2021', '2021-08-02'],
  ['dic  2  2021', '2021-12-02'],
  ['gen  2 03:04', '2024-01-02T03:04'],
  ['mag  2 03:04', '2024-05-02T03:04'],
  ['giu  2 03:04', '2024-06-02T03:04'],
  ['lug  2 03.04', '2024-07-02T03:04'],
  ['set  2  2021', '2021-09-02'],
  ['ott  2  2021', '2021-10-02'],
  ['mrt  2 03:04', '2024-03-02T03:04'],
  ['mei  2 03:04', '2024-05-02T03:04'],
  ['Fev  2 03:04', '2024-02-02T03:04'],
  ['Out  2  2021', '2021-10-02'],
  ['maj  2 03:04', '2024-05-02T03:04'],
  ['des  2  2021', '2021-12-02'],
  ['lut  2 03:04', '2024-02-02T03:04'],
  ['paź  2  2021', '2021-10-02'],
  ['led  2 03:04', '2024-01-02T03:04'],
  ['bře  2  2021', '2021-03-02'],
  ['tammi  2 03:04', '2024-01-02T03:04'],
  ['kesä  2 03:04', '2024-06-02T03:04'],
  ['Oca  2 03:04', '2024-01-02T03:04'],
  ['Şub  2 03:04', '2024-02-02T03:04'],
  ['szept  2  2021', '2021-09-02'],
  ['янв  2 03:04', '2024-01-02T03:04'],
  ['Мар  2 03:04', '2024-03-02T03:04'],
  [' 2 мая 2021', '2021-05-02'],
  ['май  2 03:04', '2024-05-02T03:04'],
  ['Дек  2  2021', '2021-12-02'],
  ['січ  2 03:04', '2024-01-02T03:04'],
  ['лис  2  2021', '2021-11-02'],
  ['Ιαν  2 03:04', '2024-01-02T03:04'],
  ['Μαΐ  2 03:04', '2024-05-02T03:04'],
  ['1月  2 03:04', '2024-01-02T03:04'],
  ['1月 2日 03:04', '2024-01-02T03:04'],
  ['1月2日 03:04', '2024-01-02T03:04'],
  ['12月 31 23:59', '2023-12-31T23:59'],
  ['1月  2  2021', '2021-01-02'],
  ['1月2日 2021年', '2021-01-02'],
  ['2021年 1月 2日', '2021-01-02'],
  ['2021年1月2日', '2021-01-02'],
  ['2021年1月2日 03:04', '2021-01-02T03:04'],
  ['1월  2 03:04', '2024-01-02T03:04'],
  ['1월  2일 2021년', '2021-01-02'],
  // The same in EUC-JP, Shift_JIS, GBK and EUC-KR, as bytes that are not UTF-8.
  ['1\uDCB7\uDCEE  2 03:04', '2024-01-02T03:04'],
  ['1\uDC8C\uDC8E2\uDC93\uDCFA 03:04', '2024-01-02T03:04'],
  ['2021\uDC94N1\uDC8C\uDC8E2\uDC93\uDCFA', '2021-01-02'],
  ['1\uDCD4\uDCC2  2  2021', '2021-01-02'],
  ['1\uDCBF\uDCF9  2 03:04', '2024-01-02T03:04'],
  ['2003   3\uDCED\uDCEF 20', '2003-03-20'],
  ['4\uDC8C\uDC8E 18\uDC93\uDCFA 2003\uDC94N', '2003-04-18'],
].map(([date = '', modified = '']) => [`-rw-r--r--   1 alice    staff        1234 ${date} a.txt`, file({ modified })]);

/** A month in a language that is not known: the file is there, without its time. */
const foreignMonths: readonly Sample[] = [
  ['-rw-r--r--   1 alice    staff        1234 \u05D9\u05E0\u05D5  2 03:04 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice    staff        1234 2 ruj. 2021 a.txt', file({ modified: undefined })],
  ['-rw-r--r--   1 alice        1234 ruj  2 03:04 a.txt', file({ group: undefined, modified: undefined })],
  [
    '-rw-r--r--   1 Alice Cooper  staff        1234 ruj  2 03:04 2 b 2021 c',
    file({ owner: 'Alice Cooper', modified: undefined, name: '2 b 2021 c' }),
  ],
];

const names: readonly Sample[] = [
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 two words.txt', file({ name: 'two words.txt' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04  leading', file({ name: ' leading' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 trailing ', file({ name: 'trailing ' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04  ', file({ name: ' ' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 2021 report', file({ name: '2021 report' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2  2021 03:04', file({ name: '03:04', modified: '2021-01-02' })],
  [
    '-rw-r--r--   1 alice    staff        1234 Jan  2 03:04:05 2021',
    file({ name: '2021', modified: '2024-01-02T03:04:05' }),
  ],
  ['-rw-r--r--   1 alice    staff        1234 2024-01-02 03:04', file({ name: '03:04', modified: '2024-01-02' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 5 Feb 3  1999 x', file({ name: '5 Feb 3  1999 x' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a -> b', file({ name: 'a -> b' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 C:\\x', file({ name: 'C:\\x' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 -rf', file({ name: '-rf' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 \u65E5\u672C.txt', file({ name: '日本.txt' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 caf\uDCE9', file({ name: 'caf\uDCE9' })],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a;b=c', file({ name: 'a;b=c' })],
  ['-rwxr-xr-x   1 alice    staff        1234 Jan  2 03:04 a.out*', file({ name: 'a.out*', mode: 0o755 })],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 docs/', directory({})],
  [
    '-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt\r',
    file({ raw: '-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt' }),
  ],
  ['lrwxrwxrwx   1 alice    staff           5 Jan  2 03:04 latest -> a.txt', link({})],
  ['lrwxrwxrwx   1 alice    staff           5 Jan  2 03:04 latest', link({ target: undefined })],
  [
    'lrwxrwxrwx   1 alice    staff          10 Jan  2 03:04 latest -> ../../a b/',
    link({ size: 10, target: '../../a b/' }),
  ],
  // Of several arrows the size of the link tells which one is ours; else it is the first.
  [
    'lrwxrwxrwx   1 alice    staff           1 Jan  2 03:04 a -> b -> c',
    link({ name: 'a -> b', size: 1, target: 'c' }),
  ],
  [
    'lrwxrwxrwx   1 alice    staff           6 Jan  2 03:04 a -> b -> c',
    link({ name: 'a', size: 6, target: 'b -> c' }),
  ],
  [
    'lrwxrwxrwx   1 alice    staff           0 Jan  2 03:04 a -> b -> c',
    link({ name: 'a', size: 0, target: 'b -> c' }),
  ],
  [
    'lrwxrwxrwx   1 alice    staff           2 Jan  2 03:04 ä -> b -> ö',
    link({ name: 'ä -> b', size: 2, target: 'ö' }),
  ],
  ['erwxrwxrwx   1 alice    staff           8 Jan  2 03:04 latest -> SYS1.LIB', link({ size: 8, target: 'SYS1.LIB' })],
];

/** Servers that are no Unix, and what they make of the columns. */
const imitations: readonly Sample[] = [
  // Serv-U and other servers on Windows.
  [
    '-rw-rw-rw-   1 user     group         295 Sep 27  2003 psbnc.conf',
    file({ name: 'psbnc.conf', mode: 0o666, owner: 'user', group: 'group', size: 295, modified: '2003-09-27' }),
  ],
  [
    'drwxrwxrwx   1 owner    group               0 Jan  2 03:04 My Documents',
    directory({ name: 'My Documents', mode: 0o777, links: 1, owner: 'owner', group: 'group', size: 0 }),
  ],
  [
    '---------- 1 owner group 1803128 Jul 10 10:18 ls-lR.Z',
    file({ name: 'ls-lR.Z', mode: 0, owner: 'owner', group: 'group', size: 1803128, modified: '2024-07-10T10:18' }),
  ],
  // vsftpd that hides who owns what.
  ['-rw-r--r--    1 ftp      ftp          1234 Jan 02 03:04 a.txt', file({ owner: 'ftp', group: 'ftp' })],
  // NetPresenz on a Mac: both forks, then their sum; a folder with its entries.
  [
    '-------r--         326  1391972  1392298 Nov 22  1995 MegaPhone.sit',
    file({
      name: 'MegaPhone.sit',
      mode: 4,
      links: undefined,
      owner: undefined,
      group: undefined,
      size: 1392298,
      modified: '1995-11-22',
    }),
  ],
  [
    'drwxrwxr-x               folder        2 May 10  1996 network',
    file({
      name: 'network',
      type: 'directory',
      mode: 0o775,
      links: undefined,
      owner: undefined,
      group: undefined,
      size: undefined,
      modified: '1996-05-10',
    }),
  ],
  // z/OS Unix, IBM i with LISTFMT 1, MPE/iX.
  [
    '-rwxr-x---   1 OMVSKERN SYS1           32 Jan  2 03:04 profile',
    file({ name: 'profile', mode: 0o750, owner: 'OMVSKERN', group: 'SYS1', size: 32 }),
  ],
  [
    'drwxrwsrwx   2 QSYS            0           8192 Apr 21  2004 QOpenSys',
    directory({ name: 'QOpenSys', mode: 0o2777, owner: 'QSYS', group: '0', size: 8192, modified: '2004-04-21' }),
  ],
  [
    '-rw-rw----   1 MANAGER.SYS       SYS       1280 Jan  2 03:04 PROFILE',
    file({ name: 'PROFILE', mode: 0o660, owner: 'MANAGER.SYS', group: 'SYS', size: 1280 }),
  ],
  // BusyBox, a camera, a printer, a PLC.
  [
    'drwxr-xr-x    2 root     root          4096 Jan  1  1970 etc',
    directory({ name: 'etc', owner: 'root', group: 'root', modified: '1970-01-01' }),
  ],
  [
    'drw-rw-rw-   1 user     ftp  0  Jan 02 03:04 DCIM',
    directory({ name: 'DCIM', mode: 0o666, links: 1, owner: 'user', group: 'ftp', size: 0 }),
  ],
  [
    '-rwxrwxrwx 1 noone nogroup 322 Aug 19 1996 message.ftp',
    file({ name: 'message.ftp', mode: 0o777, owner: 'noone', group: 'nogroup', size: 322, modified: '1996-08-19' }),
  ],
];

const around: readonly Sample[] = [
  ['total 48', 'skipped'],
  ['total 4.0K', 'skipped'],
  ['Total: 12', 'skipped'],
  ['insgesamt 48', 'skipped'],
  ['totale 48', 'skipped'],
  ['итого 48', 'skipped'],
  ['总用量 48', 'skipped'],
  ['合計 48', 'skipped'],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 .', 'skipped'],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 ..', 'skipped'],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 ../', 'skipped'],
  ['', 'skipped'],
  ['   ', 'skipped'],
  ['total', 'unparsed'],
  ['total of all 48', 'unparsed'],
  ['./docs:', 'unparsed'],
  ['ls: cannot open directory: Permission denied', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 ', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 a.txt', 'unparsed'],
  ['-rw-r--r--', 'unparsed'],
  ['-rw-r--r-   1 alice    staff        1234 Jan  2 03:04 a.txt', 'unparsed'],
  ['xrw-r--r--   1 alice    staff        1234 Jan  2 03:04 a.txt', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jax  2 03.4 a.txt', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jax 222 03:04 a.txt', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 ../a.txt', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 /etc/passwd', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a/', 'unparsed'],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 /', 'unparsed'],
  ['drwxr-xr-x   2 alice    staff        4096 Jan  2 03:04 ..//', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a\0b', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a\rb', 'unparsed'],
  ['-rw-r--r--   1 alice    staff        1234 Jan  2 03:04 a\nb', 'unparsed'],
  ['lrwxrwxrwx   1 alice    staff           5 Jan  2 03:04 a -> b\nc', 'unparsed'],
  ['lrwxrwxrwx   1 alice    staff           5 Jan  2 03:04 a/b -> c', 'unparsed'],
  ['lrwxrwxrwx   1 alice    staff           5 Jan  2 03:04  -> c', 'unparsed'],
];

export const unixSamples: SystemSamples = {
  format: 'unix',
  lines: [
    ...columns,
    ...permissions,
    ...sizes,
    ...dates,
    ...languages,
    ...foreignMonths,
    ...names,
    ...imitations,
    ...around,
  ],
  listings: [],
};
