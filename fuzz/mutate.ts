import { CORPUS } from './corpus.js';
import type { Random } from './random.js';

/** Bytes that mean something to one parser or another. */
const INTERESTING = Uint8Array.from(
  '\0\t\n\r "%*,-./0129:;=?@AZ[\\]az|~\x7f\x80\xbf\xc0\xe2\xed\xf0\xf2\xf4\xfa\xfb\xfe\xff',
  (character) => character.charCodeAt(0),
);
const LONGEST = 4096;

/** Something of the corpus, bent a few times; now and then any bytes. */
export function createInput(random: Random): Uint8Array {
  if (random.below(8) === 0) return random.bytes(random.below(64));
  let bytes = picked(random);
  for (let count = random.below(6); count > 0; count -= 1) bytes = bent(random, bytes);
  return bytes.subarray(0, LONGEST);
}

function picked(random: Random): Uint8Array {
  return CORPUS[random.below(CORPUS.length)] ?? new Uint8Array(0);
}

function bent(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + random.below(9));
  const [head, middle, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (random.below(7)) {
    case 0:
      return joined(head, tail);
    case 1:
      return joined(head, middle, middle, tail);
    case 2:
      return joined(tail, middle, head);
    case 3:
      return joined(head, random.bytes(middle.length), tail);
    case 4:
      return joined(head, picked(random), tail);
    case 5:
      return joined(
        head,
        new Uint8Array(random.below(300)).fill(middle[0] ?? INTERESTING[at % INTERESTING.length] ?? 0),
        tail,
      );
    default:
      return joined(head, Uint8Array.of(INTERESTING[random.below(INTERESTING.length)] ?? 0), middle, tail);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
