import type { Sample, SystemSamples } from './samples.test.js';

const lines: readonly Sample[] = [
  // IIS, in both of its styles.
  [
    '04-27-00  09:09PM       <DIR>          licensed',
    { name: 'licensed', type: 'directory', modified: '2000-04-27T21:09' },
  ],
  [
    '04-14-00  03:47PM                  589 readme.htm',
    { name: 'readme.htm', type: 'file', size: 589, modified: '2000-04-14T15:47' },
  ],
  [
    '01-02-2024  03:04AM                 1234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  ['01-02-2024  03:04AM       <DIR>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T03:04' }],
  [
    '01-02-24  12:00AM                 1234 midnight',
    { name: 'midnight', type: 'file', size: 1234, modified: '2024-01-02T00:00' },
  ],
  [
    '01-02-24  12:00PM                 1234 noon',
    { name: 'noon', type: 'file', size: 1234, modified: '2024-01-02T12:00' },
  ],
  ['01-02-24  12:59PM                 1234 a', { name: 'a', type: 'file', size: 1234, modified: '2024-01-02T12:59' }],
  ['01-02-24  01:00p                  1234 a', { name: 'a', type: 'file', size: 1234, modified: '2024-01-02T13:00' }],
  ['01-02-24  09:05a       <DIR>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T09:05' }],
  ['01-02-24  21:04                  1234 a', { name: 'a', type: 'file', size: 1234, modified: '2024-01-02T21:04' }],
  [
    '01-02-24  21:04:05                  1234 a',
    { name: 'a', type: 'file', size: 1234, modified: '2024-01-02T21:04:05' },
  ],
  // Two digits of the year.
  ['12-31-69  11:59PM                    1 a', { name: 'a', type: 'file', size: 1, modified: '2069-12-31T23:59' }],
  ['01-01-70  12:00AM                    1 a', { name: 'a', type: 'file', size: 1, modified: '1970-01-01T00:00' }],
  ['02-29-96  12:00AM                    1 a', { name: 'a', type: 'file', size: 1, modified: '1996-02-29T00:00' }],
  // `dir` of Windows, in several countries.
  ['01/02/2024  03:04 AM    <DIR>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T03:04' }],
  [
    '01/02/2024  03:04 PM             1,234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  [
    '01/02/2024  03:04 PM     1,234,567,890 a.txt',
    { name: 'a.txt', type: 'file', size: 1234567890, modified: '2024-01-02T15:04' },
  ],
  [
    '02.01.2024  15:04             1.234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  [
    "02.01.2024  15:04             1'234 a.txt",
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  ['02.01.24  15:04    <DIR>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T15:04' }],
  [
    '2024-01-02  15:04            1\u00A0234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  [
    '2024-01-02  15:04            1\uDCFF234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  [
    '2024-01-02  15:04             1234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  ['2024/01/02  15:04    <DIR>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T15:04' }],
  [
    '2024-01-02 03:04 PM             1234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T15:04' },
  ],
  [
    '27/04/2024  15:04             1234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-04-27T15:04' },
  ],
  ['27-04-24  15:04             1234 a.txt', { name: 'a.txt', type: 'file', size: 1234, modified: '2024-04-27T15:04' }],
  [
    ' 1/02/2024  3:04 AM             1234 a.txt',
    { name: 'a.txt', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  // Links, with where they lead.
  [
    '01/02/2024  03:04 PM    <JUNCTION>     Documents and Settings [C:\\Users]',
    { name: 'Documents and Settings', type: 'link', modified: '2024-01-02T15:04', target: 'C:\\Users' },
  ],
  [
    '01/02/2024  03:04 PM    <SYMLINKD>     latest [..\\v2]',
    { name: 'latest', type: 'link', modified: '2024-01-02T15:04', target: '..\\v2' },
  ],
  [
    '01/02/2024  03:04 PM    <SYMLINK>      a [1].txt [b.txt]',
    { name: 'a [1].txt', type: 'link', modified: '2024-01-02T15:04', target: 'b.txt' },
  ],
  ['01/02/2024  03:04 PM    <SYMLINKD>     latest', { name: 'latest', type: 'link', modified: '2024-01-02T15:04' }],
  [
    '02.01.2024  15:04    <VERBINDUNG>   Programme [C:\\Program Files]',
    { name: 'Programme', type: 'link', modified: '2024-01-02T15:04', target: 'C:\\Program Files' },
  ],
  [
    '02/01/2024  15:04    <JONCTION>     lien [C:\\x]',
    { name: 'lien', type: 'link', modified: '2024-01-02T15:04', target: 'C:\\x' },
  ],
  ['27/04/2024  15:04    <REP>          docs', { name: 'docs', type: 'directory', modified: '2024-04-27T15:04' }],
  ['01-02-24  03:04AM       <dir>          docs', { name: 'docs', type: 'directory', modified: '2024-01-02T03:04' }],
  // Names with spaces at either end.
  [
    '01-02-24  03:04AM                 1234  leading',
    { name: ' leading', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  [
    '01-02-24  03:04AM       <DIR>            leading',
    { name: '  leading', type: 'directory', modified: '2024-01-02T03:04' },
  ],
  [
    '01-02-24  03:04AM       <DIR>      few spaces',
    { name: 'few spaces', type: 'directory', modified: '2024-01-02T03:04' },
  ],
  [
    '01-02-24  03:04AM                 1234 two words ',
    { name: 'two words ', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  [
    '01-02-24  03:04AM                 1234 1,234 x',
    { name: '1,234 x', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  [
    '01-02-24  03:04AM                 1234 a [b]',
    { name: 'a [b]', type: 'file', size: 1234, modified: '2024-01-02T03:04' },
  ],
  // Days and hours that do not exist; sizes that are not exact.
  ['00-00-80  12:00AM                 1234 a', { name: 'a', type: 'file', size: 1234 }],
  ['01-02-24  13:04PM                 1234 a', { name: 'a', type: 'file', size: 1234 }],
  ['01-02-24  03:04AM     9007199254740993 a', { name: 'a', type: 'file', modified: '2024-01-02T03:04' }],
  // What stands around them.
  [' Volume in drive C is Windows', 'skipped'],
  [' Volume in drive C has no label.', 'skipped'],
  [' Volume Serial Number is 1234-ABCD', 'skipped'],
  [' Directory of C:\\Inetpub\\ftproot', 'skipped'],
  ['               2 File(s)          1,234 bytes', 'skipped'],
  ['               3 Dir(s)  12,345,678,901 bytes free', 'skipped'],
  ['01-02-24  03:04AM       <DIR>          .', 'skipped'],
  ['01-02-24  03:04AM       <DIR>          ..', 'skipped'],
  ['File Not Found', 'unparsed'],
  ['01-02-24  03:04AM                 1234 a\\b', 'unparsed'],
  ['01-02-24  03:04AM                 1234 ..\\a', 'unparsed'],
  ['01-02-24  03:04AM                 1234 a/b', 'unparsed'],
  ['01-02-24  03:04AM       <DIR>          ../a', 'unparsed'],
  ['01-02-24  03:04AM                 1234 ', 'unparsed'],
  ['01-02-24  03:04AM                 1234', 'unparsed'],
  ['01-02-24  03:04AM       <DIR>', 'unparsed'],
  ['01-02-24  03:04AM       <FOO>          a', 'unparsed'],
  ['01-02-24  03:04AM                 12,34 a', 'unparsed'],
  ['01-02/24  03:04AM                 1234 a', 'unparsed'],
  ['01-02-124  03:04AM                 1234 a', 'unparsed'],
  ['01-02-24                 1234 a', 'unparsed'],
];

/** Dates that leave no doubt tell how to read those that do. */
const dayFirst: readonly Sample[] = [
  ['27/04/2024  03:04 PM    <DIR>          a', { name: 'a', type: 'directory', modified: '2024-04-27T15:04' }],
  ['02/01/2024  03:04 PM    <DIR>          b', { name: 'b', type: 'directory', modified: '2024-01-02T15:04' }],
];
const monthFirst: readonly Sample[] = [
  ['02/01/2024  15:04    <DIR>          a', { name: 'a', type: 'directory', modified: '2024-01-02T15:04' }],
  ['04/27/2024  15:04    <DIR>          b', { name: 'b', type: 'directory', modified: '2024-04-27T15:04' }],
  ['02/01/2024  15:04    <DIR>          c', { name: 'c', type: 'directory', modified: '2024-02-01T15:04' }],
];

export const dosSamples: SystemSamples = { format: 'dos', lines, listings: [dayFirst, monthFirst] };
