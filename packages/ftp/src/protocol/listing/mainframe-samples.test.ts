import type { Expected, Sample, SystemSamples } from './samples.test.js';

const dataSet = (name: string, type: Expected['type'], columns: string): Expected => {
  const keys = ['volume', 'unit', 'referred', 'ext', 'used', 'recfm', 'lrecl', 'blksz', 'dsorg'];
  const facts = Object.fromEntries(columns.split(' ').map((value, index) => [keys[index] ?? '', value]));
  return { name, type, facts };
};

const mvsListing: readonly Sample[] = [
  ['Volume Unit    Referred Ext Used Recfm Lrecl BlkSz Dsorg Dsname', 'skipped'],
  [
    'WYOSPT 3390   2003/05/21  1  200  FB      80  8053  PS  USER.FILE',
    dataSet('USER.FILE', 'file', 'WYOSPT 3390 2003/05/21 1 200 FB 80 8053 PS'),
  ],
  [
    'WPTA01 3290   2004/03/04  1    3  FB      80  3125  PO  ISPF.ISPPROF',
    dataSet('ISPF.ISPPROF', 'directory', 'WPTA01 3290 2004/03/04 1 3 FB 80 3125 PO'),
  ],
  [
    'Migrated                                                DATA.OLD',
    { name: 'DATA.OLD', type: 'file', facts: { status: 'migrated' } },
  ],
];

const mvsLines: readonly Sample[] = [
  ['Migrated\t\t\tDATA.OLD', { name: 'DATA.OLD', type: 'file', facts: { status: 'migrated' } }],
  ['Volume Unit    Date  Ext Used Recfm Lrecl BlkSz Dsorg Dsname', 'skipped'],
  [
    'CPDLB1 3390   2008/11/11  1    2  FB      80  3120  PO-E ISPF.ISPPROF',
    dataSet('ISPF.ISPPROF', 'directory', 'CPDLB1 3390 2008/11/11 1 2 FB 80 3120 PO-E'),
  ],
  [
    'CPDLB3 3390   2008/11/11  9    9  VBS   4000  2000  PS  TEST.ABC',
    dataSet('TEST.ABC', 'file', 'CPDLB3 3390 2008/11/11 9 9 VBS 4000 2000 PS'),
  ],
  [
    'CPDLB3 3390   2008/11/11  1   15  U        0 32760  PO  LOADLIB',
    dataSet('LOADLIB', 'directory', 'CPDLB3 3390 2008/11/11 1 15 U 0 32760 PO'),
  ],
  [
    'SYSRES 3390   **NONE**    1   10  FBA    133 27930  PS  $PRINT#1.@OUT',
    dataSet('$PRINT#1.@OUT', 'file', 'SYSRES 3390 **NONE** 1 10 FBA 133 27930 PS'),
  ],
  [
    'APCSPL 3380D  07/16/97   1    1  FB      80  8800  PS  ETC.RPC',
    dataSet('ETC.RPC', 'file', 'APCSPL 3380D 07/16/97 1 1 FB 80 8800 PS'),
  ],
  [
    "SYS001 3390   2008/11/11  1    2  FB      80  3120  PO  'SYS1.PARMLIB'",
    dataSet("'SYS1.PARMLIB'", 'directory', 'SYS001 3390 2008/11/11 1 2 FB 80 3120 PO'),
  ],
  [
    'SYS001 3390   2008/11/11  1 ++++  FB      80  3120  PS  HUGE',
    dataSet('HUGE', 'file', 'SYS001 3390 2008/11/11 1 ++++ FB 80 3120 PS'),
  ],
  [
    'SYS001 3390   2008/11/11  ????  ????  ?  ?  ?  DA  DIRECT',
    dataSet('DIRECT', 'file', 'SYS001 3390 2008/11/11 ???? ???? ? ? ? DA'),
  ],
  [
    'SYS001 3390   2008/11/11  112345  FB      80  3120  PS  GLUED',
    {
      name: 'GLUED',
      type: 'file',
      facts: {
        volume: 'SYS001',
        unit: '3390',
        referred: '2008/11/11',
        used: '112345',
        recfm: 'FB',
        lrecl: '80',
        blksz: '3120',
        dsorg: 'PS',
      },
    },
  ],
  [
    'SYS001 3390   2008/11/11  1    2  FB      80  3120  PS  BACKUP.G0001V00',
    dataSet('BACKUP.G0001V00', 'file', 'SYS001 3390 2008/11/11 1 2 FB 80 3120 PS'),
  ],
  [
    'SYS001 3390                                    VSAM USER.KSDS.DATA',
    { name: 'USER.KSDS.DATA', type: 'other', facts: { status: 'vsam', volume: 'SYS001', unit: '3390' } },
  ],
  [
    '                                              VSAM USER.KSDS',
    { name: 'USER.KSDS', type: 'other', facts: { status: 'vsam' } },
  ],
  [
    '                                              GDG  BACKUP',
    { name: 'BACKUP', type: 'directory', facts: { status: 'gdg' } },
  ],
  [
    'Pseudo Directory                                        ETC',
    { name: 'ETC', type: 'directory', facts: { status: 'pseudo directory' } },
  ],
  [
    'ARCIVE Not Direct Access Device                         USER.ARCHIVE',
    { name: 'USER.ARCHIVE', type: 'file', facts: { status: 'not direct access device', volume: 'ARCIVE' } },
  ],
  [
    'MIGRAT 3390   Not Mounted                               USER.OFF',
    { name: 'USER.OFF', type: 'file', facts: { status: 'not mounted', volume: 'MIGRAT', unit: '3390' } },
  ],
  [
    'V43525 Tape                                             USER.MASTER',
    { name: 'USER.MASTER', type: 'file', facts: { status: 'tape', volume: 'V43525' } },
  ],
  [
    'WRK003 Error determining attributes                     USER.BAD',
    { name: 'USER.BAD', type: 'file', facts: { status: 'error determining attributes', volume: 'WRK003' } },
  ],
  [
    'User catalog connector                                  UCAT.USER',
    { name: 'UCAT.USER', type: 'other', facts: { status: 'user catalog connector' } },
  ],
  [
    'PSMLC1 3390   2005/09/04  1    1  VB  27994 27998  PS  lower.case',
    dataSet('lower.case', 'file', 'PSMLC1 3390 2005/09/04 1 1 VB 27994 27998 PS'),
  ],
  ['Migrated                                                lower.case', 'unparsed'],
  ['Migrated                                                TOOLONGQUALIFIER', 'unparsed'],
  ['Migrated                                                A/B', 'unparsed'],
  ['Migrated', 'unparsed'],
  ['Migrated away                                           DATA.OLD', 'unparsed'],
  ['WYOSPT 3390   2003/05/21  1  200  FB      80  8053  XX  USER.FILE', 'unparsed'],
  ['WYOSPT 3390   yesterday   1  200  FB      80  8053  PS  USER.FILE', 'unparsed'],
  ['WYOSPT 3390   2003/05/21  1  200  FB      80  many  PS  USER.FILE', 'unparsed'],
];

const member = (name: string, change: Partial<Expected>): Expected => ({ name, type: 'file', ...change });

const pdsListing: readonly Sample[] = [
  [' Name     VV.MM   Created       Changed      Size  Init   Mod   Id', 'skipped'],
  [
    'TBSHELF   01.03 2002/09/12 2002/10/11 09:37    11    10     2 KIL001',
    member('TBSHELF', {
      created: '2002-09-12',
      modified: '2002-10-11T09:37',
      facts: { 'vv.mm': '01.03', size: '11', init: '10', mod: '2', id: 'KIL001' },
    }),
  ],
  ['NOSTATS', member('NOSTATS', {})],
  [' $SIGN#1', member('$SIGN#1', {})],
  ['NOT.A.MEMBER', 'unparsed'],
  ['lower', 'unparsed'],
  ['TOOLONGNAME', 'unparsed'],
  ['TWO WORDS', 'unparsed'],
];

const loadModules: readonly Sample[] = [
  [' Name      Size     TTR   Alias-of AC --------- Attributes --------- Amode Rmode', 'skipped'],
  [
    'EZAACB    000C28   000101          00 FO             RN RU            31    ANY',
    member('EZAACB', { facts: { size: '000C28', ttr: '000101', attributes: '00 FO RN RU 31 ANY' } }),
  ],
  [
    'EZAALIAS  000C28   000101 EZAACB   01 FO             RN RU            24    24',
    member('EZAALIAS', { facts: { size: '000C28', ttr: '000101', attributes: 'EZAACB 01 FO RN RU 24 24' } }),
  ],
  ['EZAPLAIN  000C28   000101', member('EZAPLAIN', { facts: { size: '000C28', ttr: '000101' } })],
];

const pdsLines: readonly Sample[] = [
  [
    'TBTOOL    01.12 2002/09/12 2004/11/26 19:54:07    51    28     0 KIL001',
    member('TBTOOL', {
      created: '2002-09-12',
      modified: '2004-11-26T19:54:07',
      facts: { 'vv.mm': '01.12', size: '51', init: '28', mod: '0', id: 'KIL001' },
    }),
  ],
  [
    'OLD       01.00 97/09/12 98/10/11 09:37    11    10     2',
    member('OLD', {
      created: '1997-09-12',
      modified: '1998-10-11T09:37',
      facts: { 'vv.mm': '01.00', size: '11', init: '10', mod: '2' },
    }),
  ],
  [
    'BADDATE   01.00 2002/13/12 2002/10/32 09:37    11    10     2 ME',
    member('BADDATE', { facts: { 'vv.mm': '01.00', size: '11', init: '10', mod: '2', id: 'ME' } }),
  ],
  ['TBTOOL    01.12 2002/09/12 2004/11/26    51    28     0 KIL001', 'unparsed'],
  ['NOSTATS', 'unparsed'],
];

const jesLevel1: readonly Sample[] = [
  [
    'MYUSRIDA  JOB05444  OUTPUT    3 spool Files',
    { name: 'JOB05444', type: 'file', facts: { jobname: 'MYUSRIDA', status: 'OUTPUT', 'spool files': '3' } },
  ],
  ['MYUSRIDD  JOB05946  ACTIVE', { name: 'JOB05946', type: 'file', facts: { jobname: 'MYUSRIDD', status: 'ACTIVE' } }],
  ['MYUSRIDE  J0006021  INPUT', { name: 'J0006021', type: 'file', facts: { jobname: 'MYUSRIDE', status: 'INPUT' } }],
];

const jesLevel2: readonly Sample[] = [
  ['JOBNAME  JOBID    OWNER    STATUS CLASS', 'skipped'],
  [
    'USER1A   JOB00083 USER1    OUTPUT A        ABEND=806 3 spool files',
    {
      name: 'JOB00083',
      type: 'file',
      owner: 'USER1',
      facts: { jobname: 'USER1A', status: 'OUTPUT', 'spool files': '3', class: 'A        ABEND=806' },
    },
  ],
  [
    'USER1J   JOB00082 USER1    OUTPUT A        (JCL error) 3 spool files',
    {
      name: 'JOB00082',
      type: 'file',
      owner: 'USER1',
      facts: { jobname: 'USER1J', status: 'OUTPUT', 'spool files': '3', class: 'A        (JCL error)' },
    },
  ],
  [
    'USER1    TSU00024 USER1    ACTIVE TSU',
    { name: 'TSU00024', type: 'file', owner: 'USER1', facts: { jobname: 'USER1', status: 'ACTIVE', class: 'TSU' } },
  ],
  [
    'USER1W   JOB00081 USER1    INPUT  A        -DUP-',
    {
      name: 'JOB00081',
      type: 'file',
      owner: 'USER1',
      facts: { jobname: 'USER1W', status: 'INPUT', class: 'A        -DUP-' },
    },
  ],
];

const jesJob: readonly Sample[] = [
  ['JOBNAME  JOBID    OWNER    STATUS CLASS', 'skipped'],
  [
    'USER1    JOB00054 USER1    OUTPUT A        RC=0000',
    {
      name: 'JOB00054',
      type: 'file',
      owner: 'USER1',
      facts: { jobname: 'USER1', status: 'OUTPUT', class: 'A        RC=0000' },
    },
  ],
  ['--------', 'skipped'],
  ['         ID  STEPNAME PROCSTEP C DDNAME   BYTE-COUNT', 'skipped'],
  [
    '         001 JES2              A JESMSGLG       1200',
    { name: 'JOB00054.1', type: 'file', size: 1200, facts: { stepname: 'JES2', ddname: 'JESMSGLG' } },
  ],
  [
    '         002 JES2              A JESJCL          526',
    { name: 'JOB00054.2', type: 'file', size: 526, facts: { stepname: 'JES2', ddname: 'JESJCL' } },
  ],
  [
    '         003 ASM      STEP1    A SYSPRINT       1234',
    { name: 'JOB00054.3', type: 'file', size: 1234, facts: { stepname: 'ASM', ddname: 'SYSPRINT' } },
  ],
  ['         004 SYSPRINT', 'unparsed'],
  ['3 spool files', 'skipped'],
];

const jesActive: readonly Sample[] = [
  [
    'USER1    TSU00024 USER1    ACTIVE TSU',
    { name: 'TSU00024', type: 'file', owner: 'USER1', facts: { jobname: 'USER1', status: 'ACTIVE', class: 'TSU' } },
  ],
  ['--------', 'skipped'],
  ['         STEPNAME ++++++++ PROCNAME OS390R5', 'skipped'],
  ['         CPUTIME      0.503 ELAPSED TIME   3853.718', 'skipped'],
];

const jesLines: readonly Sample[] = [
  ['         001 JES2              A JESMSGLG       1200', 'unparsed'],
  ['3 spool files', 'unparsed'],
  ['--------', 'unparsed'],
  ['MYUSRIDA  XYZ05444  OUTPUT    3 spool Files', 'unparsed'],
  ['MYUSRIDA  JOB05444  PRINTING  3 spool Files', 'unparsed'],
];

const cms = (name: string, modified: string, values: string, more: Record<string, string> = {}): Expected => {
  const keys = ['recfm', 'lrecl', 'records', 'blocks'];
  const facts = Object.fromEntries(values.split(' ').map((value, index) => [keys[index] ?? '', value]));
  return { name, type: 'file', modified, facts: { ...facts, ...more } };
};

const zvmLines: readonly Sample[] = [
  [
    'ENDTRACE TCPIP    F      80       1      1 1999-07-28 12:24:01 TCM191',
    cms('ENDTRACE.TCPIP', '1999-07-28T12:24:01', 'F 80 1 1', { disk: 'TCM191' }),
  ],
  [
    'OMA00215 PLAN     V         64         28          1  6/26/02  9:33:21 -',
    cms('OMA00215.PLAN', '2002-06-26T09:33:21', 'V 64 28 1'),
  ],
  [
    'README   ANONYMOU V         71         26          1 04/02/97 12:33:20 TCP291',
    cms('README.ANONYMOU', '1997-04-02T12:33:20', 'V 71 26 1', { disk: 'TCP291' }),
  ],
  [
    'PROFILE  EXEC     V         71         26          1 2024-04-02 12:33:20',
    cms('PROFILE.EXEC', '2024-04-02T12:33:20', 'V 71 26 1'),
  ],
  [
    'WEBSHARE          DIR        -          -          -  5/30/97 18:44:17 -',
    { name: 'WEBSHARE', type: 'directory', modified: '1997-05-30T18:44:17' },
  ],
  [
    'SUBDIR            DIR        -          -          -          - 2024-05-30 18:44:17 -',
    { name: 'SUBDIR', type: 'directory', modified: '2024-05-30T18:44:17' },
  ],
  [
    'LASTING  GLOBALV   A1 V      41     21     1       09/16/91   15:10:32',
    cms('LASTING.GLOBALV', '1991-09-16T15:10:32', 'V 41 21 1', { filemode: 'A1' }),
  ],
  ['Filename FileType  Fm Format Lrecl  Records Blocks Date      Time', 'skipped'],
  ['ENDTRACE TCPIP    X      80       1      1 1999-07-28 12:24:01 TCM191', 'unparsed'],
  ['ENDTRACE TCPIP    F      80       1      1 1999-17-28 12:24:01 TCM191', 'unparsed'],
  ['A/B      TCPIP    F      80       1      1 1999-07-28 12:24:01 TCM191', 'unparsed'],
];

const zvmListing: readonly Sample[] = [
  [
    'A        EXEC     V         71         26          1 25/12/97 12:33:20 TCP291',
    cms('A.EXEC', '1997-12-25T12:33:20', 'V 71 26 1', { disk: 'TCP291' }),
  ],
  // The line before has told that the day is first.
  [
    'B        EXEC     V         71         26          1 04/02/97 12:33:20 TCP291',
    cms('B.EXEC', '1997-02-04T12:33:20', 'V 71 26 1', { disk: 'TCP291' }),
  ],
];

const as400 = (name: string, type: Expected['type'], kind: string, change: Partial<Expected>): Expected => ({
  name,
  type,
  facts: { type: kind },
  ...change,
});

const os400Lines: readonly Sample[] = [
  [
    'BAILEYSE     5263360 06/11/97 12:27:39 *FILE     BPTFSAVF',
    as400('BPTFSAVF', 'file', '*FILE', { owner: 'BAILEYSE', size: 5263360, modified: '1997-06-11T12:27:39' }),
  ],
  [
    'ALICE           4019 24/04/18 18:58:16 *STMF      invitation.zip',
    as400('invitation.zip', 'file', '*STMF', { owner: 'ALICE', size: 4019, modified: '2024-04-18T18:58:16' }),
  ],
  [
    'ALICE            422 97/06/11 18:58:16 *STMF      two words',
    as400('two words', 'file', '*STMF', { owner: 'ALICE', size: 422, modified: '1997-06-11T18:58:16' }),
  ],
  [
    'QSYS           77824 02/23/00 15:09:55 *DIR       QOpenSys/',
    as400('QOpenSys', 'directory', '*DIR', { owner: 'QSYS', size: 77824, modified: '2000-02-23T15:09:55' }),
  ],
  [
    'QSYS           77824 23.02.00 15.09.55 *DDIR      home/',
    as400('home', 'directory', '*DDIR', { owner: 'QSYS', size: 77824, modified: '2000-02-23T15:09:55' }),
  ],
  [
    'QPGMR          45056 04/12/24 14:19:31 *FILE      SOURCE.FILE',
    as400('SOURCE.FILE', 'directory', '*FILE', { owner: 'QPGMR', size: 45056, modified: '2024-04-12T14:19:31' }),
  ],
  [
    'QPGMR          45056 04/12/24 14:19:31 *FILE      SOURCE.FILE/',
    as400('SOURCE.FILE', 'directory', '*FILE', { owner: 'QPGMR', size: 45056, modified: '2024-04-12T14:19:31' }),
  ],
  [
    'QPGMR          36864 04/12/24 14:06:34 *FILE      BACKUP.SAVF',
    as400('BACKUP.SAVF', 'file', '*FILE', { owner: 'QPGMR', size: 36864, modified: '2024-04-12T14:06:34' }),
  ],
  [
    'QPGMR                                  *MEM       MEMBER.MBR',
    as400('MEMBER.MBR', 'file', '*MEM', { owner: 'QPGMR' }),
  ],
  [
    'QSYS          135168 04/12/24 14:06:34 *LIB       MYLIB.LIB',
    as400('MYLIB.LIB', 'directory', '*LIB', { owner: 'QSYS', size: 135168, modified: '2024-04-12T14:06:34' }),
  ],
  [
    'QPGMR          36864 04/12/24 14:06:34 *PGM       RUN.PGM',
    as400('RUN.PGM', 'other', '*PGM', { owner: 'QPGMR', size: 36864, modified: '2024-04-12T14:06:34' }),
  ],
  [
    'ALICE             10 04/12/24 14:06:34 *SYMLNK    latest',
    as400('latest', 'link', '*SYMLNK', { owner: 'ALICE', size: 10, modified: '2024-04-12T14:06:34' }),
  ],
  [
    '                  10 04/12/24 14:06:34 *STMF      anonymous',
    as400('anonymous', 'file', '*STMF', { size: 10, modified: '2024-04-12T14:06:34' }),
  ],
  [
    'ALICE                04/12/24 14:06:34 *STMF      no size',
    as400('no size', 'file', '*STMF', { owner: 'ALICE', modified: '2024-04-12T14:06:34' }),
  ],
  ['ALICE             10 99/99/99 14:06:34 *STMF      a', as400('a', 'file', '*STMF', { owner: 'ALICE', size: 10 })],
  // The member of a file that is not the listed directory.
  ['QPGMR                                  *MEM       SOURCE.FILE/MEMBER.MBR', 'unparsed'],
  ['ALICE             10 04/12/24 14:06:34 *STMF', 'unparsed'],
  ['ALICE             10 04/12/24 14:06:34 STMF       a', 'unparsed'],
  ['*STMF a', 'unparsed'],
  ['*STMF', 'unparsed'],
];

const os400Listing: readonly Sample[] = [
  [
    'ALICE           4019 24/04/18 18:58:16 *STMF      a',
    as400('a', 'file', '*STMF', { owner: 'ALICE', size: 4019, modified: '2024-04-18T18:58:16' }),
  ],
  [
    'ALICE           4019 04/03/18 18:58:16 *STMF      b',
    as400('b', 'file', '*STMF', { owner: 'ALICE', size: 4019, modified: '2004-03-18T18:58:16' }),
  ],
  [
    'ALICE           4019 97/04/18 18:58:16 *STMF      c',
    as400('c', 'file', '*STMF', { owner: 'ALICE', size: 4019, modified: '1997-04-18T18:58:16' }),
  ],
  [
    'ALICE           4019 04/03/18 18:58:16 *STMF      d',
    as400('d', 'file', '*STMF', { owner: 'ALICE', size: 4019, modified: '2004-03-18T18:58:16' }),
  ],
];

export const mainframeSamples: readonly SystemSamples[] = [
  { format: 'mvs', lines: mvsLines, listings: [mvsListing] },
  { format: 'pds', lines: pdsLines, listings: [pdsListing, loadModules] },
  { format: 'jes', lines: jesLines, listings: [jesLevel1, jesLevel2, jesJob, jesActive] },
  { format: 'zvm', lines: zvmLines, listings: [zvmListing] },
  { format: 'os400', lines: os400Lines, listings: [os400Listing] },
];
