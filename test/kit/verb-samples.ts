/** What the storage of each test of a verb holds. */
export const SAMPLE_FILES = {
  '/file.txt': 'one\ntwo\n',
  '/other.txt': 'three\n',
  '/directory/inner.txt': 'x',
  '/empty/': '',
} as const;

/** How one verb is used rightly and wrongly. */
export interface VerbSample {
  /** A right argument, and the final reply to it. */
  readonly argument?: string;
  readonly code: number;
  /** Commands that must come before, with their replies; the session is logged in unless `login` is 'none'. */
  readonly before?: readonly (readonly [line: string, code: number])[];
  readonly login?: 'none';
  /** The session must be in TLS. */
  readonly tls?: true;
  /** Which way the data connection carries octets. */
  readonly data?: 'down' | 'up';
  /** The final reply to the right argument before login; 530 where it needs one. */
  readonly beforeLogin?: number;
  /** Malformed arguments, with the reply where it is not 501. */
  readonly malformed?: readonly (string | readonly [argument: string, code: number])[];
  /** Codes that this verb's RFC lists beside those every verb may give. */
  readonly codes: readonly number[];
  /** Nothing can be said on the session afterwards, without more ado. */
  readonly ends?: true;
}

const NUMBERS: readonly string[] = [
  '-1',
  '1e3',
  '0x10',
  ' ',
  '1 2 3',
  '9223372036854775808',
  '18446744073709551615',
  '٣',
  '1.5',
  '+1',
  'NaN',
];
const TIMES: readonly string[] = [
  'file.txt',
  '20200230000000 file.txt',
  '2020 file.txt',
  '20200101000000',
  '20200101000000 ',
  '99999999999999 file.txt',
];
const xHash: VerbSample = {
  argument: 'file.txt',
  code: 250,
  malformed: ['"file.txt" 5 2', '"file.txt" 1 2 3', '"file.txt" -1', 'file.txt 1 18446744073709551615'],
  codes: [250, 551, 554],
};
const security: VerbSample = { argument: 'AAAA', code: 502, beforeLogin: 502, codes: [] };

/** One sample a verb, by the verb's name; codes from RFC 959 §5.4 and the RFC of each extension. */
export const VERB_SAMPLES: Readonly<Record<string, VerbSample>> = {
  USER: { argument: 'user', code: 331, login: 'none', beforeLogin: 331, malformed: [''], codes: [230, 331, 332, 530] },
  PASS: {
    argument: 'secret',
    code: 230,
    login: 'none',
    before: [['USER user', 331]],
    beforeLogin: 503,
    codes: [230, 202, 332],
  },
  ACCT: { argument: 'sales', code: 202, beforeLogin: 503, malformed: [''], codes: [230, 202] },
  REIN: { code: 220, beforeLogin: 220, codes: [120, 220] },
  QUIT: { code: 221, beforeLogin: 221, codes: [221], ends: true },
  CWD: { argument: 'directory', code: 250, codes: [250] },
  CDUP: { code: 250, codes: [200, 250] },
  PWD: { code: 257, codes: [257] },
  SMNT: { argument: '/', code: 502, beforeLogin: 502, codes: [] },
  PORT: {
    argument: '127,0,0,1,200,10',
    code: 200,
    malformed: [
      '127,0,0,1,200',
      '127,0,0,1,200,10,1',
      '127,0,0,256,200,10',
      '127,0,0,1,256,1',
      '127,0,0,1,-1,1',
      '127,0,0,1,1e1,1',
      'a,b,c,d,e,f',
      '127.0.0.1,200,10',
      ',,,,,',
    ],
    codes: [200],
  },
  PASV: { code: 227, codes: [227] },
  EPRT: {
    argument: '|1|127.0.0.1|51210|',
    code: 200,
    malformed: [
      '||',
      ['|1|127.0.0.1|0|', 500],
      '|1|127.0.0.1|65536|',
      '|1|127.0.0.1|51210',
      '|1|localhost|51210|',
      '|1|::1|51210|',
      '|1|127.0.0.1|-1|',
      '1|127.0.0.1|51210|1',
      ['|2|::1|51210|', 522],
      ['|3|x|51210|', 522],
    ],
    codes: [200, 522],
  },
  EPSV: { code: 229, malformed: [['2', 522], ['3', 522], 'ANY', '-1', '1 2'], codes: [229, 200, 522] },
  LPRT: {
    argument: '4,4,127,0,0,1,2,200,10',
    code: 200,
    malformed: [
      '4,4,127,0,0,1,2,200',
      '4,4,127,0,0,1,3,200,10,1',
      '4,5,127,0,0,1,2,200,10',
      '4,4,127,0,0,1,2,200,10,1',
      '-4',
      ['5,4,127,0,0,1,2,200,10', 521],
      ['6,16,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,200,10', 521],
    ],
    codes: [200, 521],
  },
  LPSV: { code: 228, codes: [228, 521] },
  TYPE: {
    argument: 'I',
    code: 200,
    malformed: ['X', 'II', 'A X', 'L', 'L -8', ['L 7', 504], ['A T', 504], ['E C', 504]],
    codes: [200],
  },
  STRU: { argument: 'R', code: 200, malformed: ['X', 'FF'], codes: [200] },
  MODE: { argument: 'B', code: 200, malformed: ['X', 'SS'], codes: [200] },
  RETR: { argument: 'file.txt', code: 226, data: 'down', codes: [226, 250, 425, 426, 451, 450, 551] },
  STOR: {
    argument: 'new.txt',
    code: 226,
    data: 'up',
    codes: [226, 250, 425, 426, 451, 551, 552, 532, 450, 452, 553],
  },
  STOU: { code: 226, data: 'up', codes: [226, 250, 425, 426, 451, 551, 552, 532, 450, 452, 553] },
  APPE: {
    argument: 'file.txt',
    code: 226,
    data: 'up',
    codes: [226, 250, 425, 426, 451, 551, 552, 532, 450, 452, 553],
  },
  ALLO: { argument: '100', code: 200, malformed: [...NUMBERS, '1 R', '1 R x'], codes: [200, 202, 552] },
  REST: { argument: '1', code: 350, malformed: NUMBERS, codes: [350] },
  ABOR: { code: 226, codes: [225, 226] },
  RNFR: { argument: 'file.txt', code: 350, codes: [350, 450] },
  RNTO: { argument: 'renamed.txt', code: 250, before: [['RNFR file.txt', 350]], codes: [250, 532, 553] },
  DELE: { argument: 'file.txt', code: 250, codes: [250, 450] },
  RMD: { argument: 'empty', code: 250, codes: [250] },
  MKD: { argument: 'made', code: 257, codes: [257] },
  LIST: { argument: '-la directory', code: 226, data: 'down', codes: [226, 250, 425, 426, 451, 450] },
  NLST: { argument: 'directory', code: 226, data: 'down', codes: [226, 250, 425, 426, 451, 450] },
  MLST: { argument: 'file.txt', code: 250, codes: [250] },
  MLSD: {
    argument: 'directory',
    code: 226,
    data: 'down',
    malformed: ['file.txt'],
    codes: [226, 250, 425, 426, 451],
  },
  STAT: { argument: 'directory', code: 212, codes: [211, 212, 213, 450] },
  SYST: { code: 215, beforeLogin: 215, codes: [215] },
  HELP: {
    argument: 'RETR',
    code: 214,
    beforeLogin: 214,
    malformed: [
      ['NOSUCH', 502],
      ['SITE NOSUCH', 502],
    ],
    codes: [211, 214],
  },
  SITE: {
    argument: 'HELP',
    code: 214,
    malformed: [
      ['NOSUCH', 500],
      ['\x01\x02', 501],
    ],
    codes: [200, 202, 214, 250],
  },
  NOOP: { code: 200, beforeLogin: 200, codes: [200] },
  FEAT: { code: 211, beforeLogin: 211, codes: [211] },
  OPTS: {
    argument: 'UTF8 ON',
    code: 200,
    beforeLogin: 200,
    malformed: ['', ' ', 'NOSUCH', 'UTF8 OFF', 'HASH MD4', 'MODE Z LEVEL 10', 'MODE Z LEVEL x', 'TYPE E 38'],
    codes: [200, 451],
  },
  LANG: { argument: 'en', code: 200, beforeLogin: 200, malformed: ['e n', '-', '\u0663', ['tlh', 504]], codes: [200] },
  AUTH: {
    argument: 'TLS',
    code: 234,
    login: 'none',
    tls: true,
    beforeLogin: 234,
    malformed: [['KERBEROS_V4', 504], ['TLS TLS', 504], ''],
    codes: [234, 334, 534, 431],
  },
  PBSZ: { argument: '0', code: 200, tls: true, beforeLogin: 503, malformed: NUMBERS, codes: [200] },
  PROT: {
    argument: 'P',
    code: 200,
    tls: true,
    before: [['PBSZ 0', 200]],
    beforeLogin: 503,
    malformed: [['S', 536], ['E', 536], ['X', 504], ''],
    codes: [200, 536, 534, 431],
  },
  CCC: { code: 200, tls: true, codes: [200, 533, 534], ends: true },
  MDTM: { argument: 'file.txt', code: 213, codes: [213] },
  SIZE: { argument: 'file.txt', code: 213, codes: [213] },
  MFMT: { argument: '20200131235959 file.txt', code: 213, malformed: TIMES, codes: [213] },
  MFCT: { argument: '20200131235959 file.txt', code: 213, malformed: TIMES, codes: [213] },
  MFF: {
    argument: 'Modify=20200131235959; file.txt',
    code: 213,
    malformed: [
      'Modify=20200131235959;',
      ' file.txt',
      'Modify file.txt',
      'Modify=2020; file.txt',
      'UNIX.mode=9; file.txt',
      ['Size=1; file.txt', 504],
    ],
    codes: [213],
  },
  HASH: { argument: 'file.txt', code: 213, codes: [213, 450, 554, 556] },
  RANG: {
    argument: '1 4',
    code: 350,
    before: [['TYPE I', 200]],
    malformed: [
      '1',
      '4 1',
      '-1 4',
      '1 18446744073709551615',
      '1 9007199254740991',
      '0x1 4',
      '1e1 4',
      ' 1 2',
      '1  2',
      '1 2 3',
    ],
    codes: [350],
  },
  COMB: {
    argument: 'joined.txt file.txt other.txt',
    code: 250,
    malformed: ['file.txt', '"file.txt', '"file.txt"x'],
    codes: [250],
  },
  AVBL: { argument: '/', code: 213, codes: [213] },
  DSIZ: { argument: '/', code: 213, codes: [213] },
  CSID: {
    argument: 'Name=probe; Version=1;',
    code: 200,
    beforeLogin: 200,
    malformed: ['', 'probe', 'Version=1;', '=1'],
    codes: [200],
  },
  CLNT: { argument: 'probe 1.0', code: 200, beforeLogin: 200, malformed: [''], codes: [200] },
  HOST: {
    argument: 'ftp.example.com',
    code: 220,
    login: 'none',
    beforeLogin: 220,
    malformed: ['', '-x', 'a..b', '[::1', '[1.2.3.4]', 'a b', '.', '../x'],
    codes: [220],
  },
  XCRC: xHash,
  XMD5: xHash,
  XSHA: xHash,
  XSHA1: xHash,
  XSHA256: xHash,
  XSHA512: xHash,
  ADAT: security,
  MIC: security,
  CONF: security,
  ENC: security,
  'SITE CHMOD': {
    argument: '644 file.txt',
    code: 200,
    malformed: ['644', '999 file.txt', '644 ', 'file.txt', '-1 file.txt', '77777777 file.txt'],
    codes: [200],
  },
  'SITE COPY': {
    argument: 'file.txt copy.txt',
    code: 200,
    malformed: ['file.txt', 'a b c', '"a b'],
    codes: [200, 553],
  },
  'SITE HELP': { code: 214, malformed: [['NOSUCH', 502]], codes: [214] },
  'SITE SYMLINK': {
    argument: 'file.txt link.txt',
    code: 200,
    malformed: ['file.txt', 'a b c', '"a b'],
    codes: [200, 553],
  },
  'SITE UMASK': { argument: '027', code: 200, malformed: ['8', '-1', '1000', '0x7', '77777'], codes: [200] },
  'SITE UTIME': {
    argument: '202001312359 file.txt',
    code: 200,
    malformed: ['file.txt', '2020 file.txt', '202002302359 file.txt', '202001312359'],
    codes: [200],
  },
};
