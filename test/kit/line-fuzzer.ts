import type { Random } from './random.js';
import { VERB_SAMPLES } from './verb-samples.js';

/** Right and wrong lines for every verb, from the same samples that the table of verbs is tested with. */
const LINES: readonly string[] = Object.entries(VERB_SAMPLES)
  .filter(([verb]) => verb !== 'QUIT')
  .flatMap(([verb, { argument, malformed = [] }]) => {
    const wrong = malformed.map((each) => `${verb} ${typeof each === 'string' ? each : each[0]}`);
    return wrong.concat(argument === undefined ? verb : `${verb} ${argument}`);
  })
  .concat(
    'USER user',
    'PASS secret',
    'EPSV',
    'EPSV',
    'PASV',
    'EPSV ALL',
    'RETR file.txt',
    'STOR a',
    'APPE a',
    'LIST -R',
    'MLSD',
    'CWD ..',
    'MODE Z',
    'MODE C',
    'MODE S',
    'TYPE E',
    'TYPE I',
    'TYPE A',
    'STRU P',
    'STRU F',
    'RANG 0 3',
    'RNTO b',
  );

/** What parsers have stumbled over. */
const TOKENS: readonly Buffer[] = [
  ...[
    '..',
    '/',
    '\\',
    '%2e',
    '%s',
    '*',
    '?',
    '[',
    ']',
    '"',
    '""',
    ',',
    '|',
    '\t',
    '  ',
    '\r',
    '\n',
    '-R',
    '~',
    '18446744073709551616',
    '9223372036854775807',
    '-1',
    '1e309',
    '0x7f',
    'UTC',
    ';',
    '=',
  ].map((text) => Buffer.from(text)),
  Buffer.from([0]),
  Buffer.from([0xff]),
  Buffer.from([0xff, 0xf4, 0xff, 0xf2]),
  Buffer.from([0xff, 0xfa, 0x01]),
  Buffer.from([0xff, 0xfb]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xe2, 0x80, 0xae]),
  Buffer.from([0x1b, 0x5b]),
];

const CRLF = Buffer.from('\r\n');

/** One input: a right line, one that was changed, or any bytes. It ends in LF. */
export function fuzzedLine(random: Random): Buffer {
  const kind = random.below(100);
  if (kind < 35) return Buffer.from(`${random.pick(LINES)}\r\n`);
  if (kind < 88) return Buffer.concat([mutated(random, Buffer.from(random.pick(LINES))), CRLF]);
  return Buffer.concat([random.bytes(random.below(60)), CRLF]);
}

function mutated(random: Random, line: Buffer): Buffer {
  let bytes = line;
  for (let count = 1 + random.below(4); count > 0; count -= 1) bytes = mutatedOnce(random, bytes);
  return bytes;
}

function mutatedOnce(random: Random, bytes: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + random.below(8));
  const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random.below(9)) {
    case 0:
      return Buffer.concat([head, tail]);
    case 1:
      return Buffer.concat([head, middle, middle, tail]);
    case 2:
      return Buffer.concat([tail, middle, head]);
    case 3:
      return Buffer.concat([head, random.bytes(middle.length), tail]);
    case 4:
      return Buffer.concat([head, Buffer.from(random.pick(LINES)).subarray(random.below(6)), tail]);
    case 5:
      return Buffer.concat([
        head,
        Buffer.alloc(random.chance(3) ? 9_000 : random.below(300), middle.length > 0 ? middle : 'x'),
        tail,
      ]);
    case 6:
      return Buffer.from(bytes.toString('latin1').replace(/\d+/, String(random.below(2 ** 31))), 'latin1');
    default:
      return Buffer.concat([head, random.pick(TOKENS), middle, tail]);
  }
}
