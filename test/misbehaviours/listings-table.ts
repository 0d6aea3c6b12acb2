import { type Misbehaviour, SHORT } from '../kit/misbehaviour.js';
import { type Answer, END, OPEN, type Script, type Step, data, dataFlood, once } from '../kit/script.js';
import { inTurn, names, size } from './calls.js';

const listed = (text: string | Uint8Array): readonly Step[] => ['150 Here it comes', OPEN, data(text), END, '226 Done'];
const mlsd = (answer: Answer): Script => ({ on: { MLSD: answer } });
/** A server without MLSD and MLST. */
const list = (answer: Answer, more: Script['on'] = {}): Script => ({
  features: ['SIZE', 'MDTM', 'UTF8'],
  on: { MLSD: '500 What?', MLST: '500 What?', LIST: answer, ...more },
});
const FACT = 'type=file;size=1;modify=20200131120000; ';
const LINE = '-rw-r--r-- 1 user group 1 Jan 31 2020 ';

/** Listings. */
export const LISTINGS: readonly Misbehaviour[] = [
  { name: 'an empty listing', server: mlsd(listed('')), call: names(), gives: [] },
  {
    name: 'a listing without a line end at its end',
    server: mlsd(listed(`${FACT}a\r\n${FACT}b`)),
    call: names(),
    gives: ['a', 'b'],
  },
  { name: 'a listing with LF alone', server: mlsd(listed(`${FACT}a\n${FACT}b\n`)), call: names(), gives: ['a', 'b'] },
  {
    name: 'a listing with empty lines',
    server: mlsd(listed(`\r\n${FACT}a\r\n\r\n${FACT}b\r\n\r\n`)),
    call: names(),
    gives: ['a', 'b'],
  },
  {
    name: 'a listing with garbage between good lines',
    server: mlsd(listed(`${FACT}a\r\nwhat is this\r\n\0\u0001\u0002\r\ntype=;size=x;; \r\n${FACT}b\r\n`)),
    call: async (client) =>
      (await client.list('/').toArray()).map(({ name }) => name).filter((name) => name.length === 1 && name > 'Z'),
    gives: ['a', 'b'],
    warns: ['UNPARSED_LISTING_LINES'],
  },
  {
    name: 'names that lead out of the folder',
    server: mlsd(
      listed(`${FACT}../x\r\n${FACT}a/b\r\n${FACT}..\r\n${FACT}.\r\n${FACT}/etc\r\n${FACT}n\0ul\r\n${FACT}good\r\n`),
    ),
    call: names(),
    gives: ['good'],
    warns: ['UNPARSED_LISTING_LINES'],
  },
  {
    name: 'names that lead out of the folder, in LIST',
    server: list(listed(`${LINE}../x\r\n${LINE}a/b\r\n${LINE}..\r\n${LINE}.\r\n${LINE}good\r\n`)),
    call: names(),
    gives: ['good'],
    warns: ['UNPARSED_LISTING_LINES'],
  },
  {
    name: 'the folder itself and its parent among the entries',
    server: mlsd(listed(`type=cdir; /\r\ntype=pdir; /\r\ntype=cdir; .\r\ntype=pdir; ..\r\n${FACT}a\r\n`)),
    call: names(),
    gives: ['a'],
  },
  {
    name: 'the same name twice',
    server: mlsd(listed(`${FACT}a\r\n${FACT}a\r\n`)),
    call: async (client) => (await client.list('/').toArray()).length > 0,
    gives: true,
  },
  {
    name: 'a name of ten thousand octets',
    server: mlsd(listed(`${FACT}${'n'.repeat(10_000)}\r\n`)),
    call: async (client) => (await client.list('/').toArray())[0]?.name.length,
    gives: 10_000,
  },
  {
    name: 'sizes and times that are none',
    server: mlsd(
      listed(
        'type=file;size=-1;modify=20209999999999; a\r\ntype=file;size=99999999999999999999;modify=x; b\r\ntype=File;Size=3; c\r\n',
      ),
    ),
    call: async (client) => (await client.list('/').toArray()).map(({ name, size: octets }) => `${name} ${octets}`),
    gives: ['a undefined', 'b undefined', 'c 3'],
  },
  {
    name: 'names that begin and end with spaces',
    server: mlsd(listed(`${FACT} a \r\n`)),
    call: names(),
    gives: [' a '],
  },
  {
    name: 'a listing without end',
    server: { on: { MLSD: ['150 x', OPEN, dataFlood(`${FACT}a\r\n`.repeat(1_000))] } },
    limits: { maxListingLength: 1_000_000, abortMs: SHORT },
    call: names(),
    fails: 'LIMIT',
    after: 'unsaid',
  },
  {
    name: 'a line of a listing without end',
    server: { on: { MLSD: ['150 x', OPEN, dataFlood('x'.repeat(65_536))] } },
    limits: { maxListingLength: 1_000_000, abortMs: SHORT },
    call: names(),
    fails: { code: ['LIMIT', 'LISTING'] },
    after: 'unsaid',
  },
  {
    name: 'a listing of one line in which nothing is known',
    server: list(listed('what is this\r\n')),
    call: names(),
    fails: 'LISTING',
  },
  {
    name: 'MLSD is refused, LIST is not',
    server: list(listed(`total 1\r\n${LINE}a\r\n`)),
    call: names(),
    gives: ['a'],
  },
  {
    name: 'MLSD is offered and refused',
    server: { on: { MLSD: '502 Not here', LIST: listed(`${LINE}a\r\n`) } },
    call: inTurn(names(), names()),
    gives: [['a'], ['a']],
  },
  {
    name: 'LIST -a is refused',
    server: list(listed(`${LINE}a\r\n`), {
      'LIST -A': '501 No options',
      'LIST -AL': '501 No options',
      'LIST -LA': '501 No options',
    }),
    call: names(),
    gives: ['a'],
  },
  {
    name: 'LIST -a is the name of a folder that is not there',
    server: list(listed(`${LINE}a\r\n`), {
      'LIST -A': '550 -a: No such file or directory',
      'LIST -LA': '550 -la: No such file',
      'LIST -AL': '550 No such file',
    }),
    call: names(),
    gives: ['a'],
  },
  ...['450 No files found', '550 No files found', '550 No such file or directory'].map((reply) => ({
    name: `LIST of an empty folder is answered with ${reply}`,
    server: list(reply),
    call: names('/folder'),
    gives: [],
  })),
  {
    name: 'MLSD of an empty folder is answered with 226 alone, the data connection ended',
    server: mlsd([OPEN, END, '226 Nothing here']),
    call: names('/folder'),
    gives: [],
  },
  {
    name: 'MLSD of an empty folder is answered with 226 alone, the data connection left open',
    server: mlsd('226 Nothing here'),
    limits: { uploadEndMs: SHORT },
    call: names('/folder'),
    fails: 'STALLED',
    after: 'unsaid',
  },
  {
    name: 'LIST of a folder that is not there',
    server: list('550 No such file or directory'),
    call: names('/nowhere'),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '550 to MLSD',
    server: mlsd('550 No such directory'),
    call: names('/nowhere'),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '550 to MLSD, for want of permission',
    server: mlsd('550 Permission denied'),
    call: names(),
    fails: { code: 'PERMISSION', reply: 550 },
  },
  {
    name: '550 behind 150 to MLSD',
    server: mlsd(['150 x', OPEN, END, '550 No such directory']),
    call: names('/nowhere'),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
  {
    name: '451 behind half a listing',
    server: mlsd(['150 x', OPEN, data(`${FACT}a\r\n`), END, '451 Disk error']),
    call: names(),
    fails: { code: 'REPLY', reply: 451 },
  },
  {
    name: 'a listing that is left early, and the session goes on',
    server: mlsd(['150 x', OPEN, data(`${FACT}a\r\n`.repeat(10_000)), END, '226 Done']),
    call: inTurn(async (client) => {
      for await (const { name } of client.list('/')) return name;
      return undefined;
    }, size()),
    gives: ['a', 45],
    after: 'unsaid',
  },
  {
    name: 'MLST is refused and SIZE and MDTM are not',
    server: { features: ['SIZE', 'MDTM'], on: { MLST: '500 What?' } },
    call: size(),
    gives: 45,
  },
  {
    name: 'MLST, SIZE and MDTM are refused, LIST is not',
    server: list(listed(`${LINE}file.txt\r\n`), {
      SIZE: '500 What?',
      MDTM: '500 What?',
      'LIST /FILE.TXT': listed(`${LINE}file.txt\r\n`),
    }),
    call: size(),
    gives: 1,
  },
  {
    name: 'MLST without facts',
    server: { on: { MLST: ['250-Facts', ' /file.txt', '250 End'] } },
    call: size(),
    gives: 45,
  },
  {
    name: 'MLST of one line',
    server: { on: { MLST: once('250 type=file;size=45; /file.txt') } },
    call: size(),
    gives: 45,
  },
  {
    name: 'MLST with the line not indented',
    server: { on: { MLST: ['250-Facts', 'type=file;size=7; /file.txt', '250 End'] } },
    call: size(),
    gives: 7,
  },
  {
    name: 'MLST of something that is not there',
    server: {},
    call: size('/nowhere'),
    fails: { code: 'NOT_FOUND', reply: 550 },
  },
];
