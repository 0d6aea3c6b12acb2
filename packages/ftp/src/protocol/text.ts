/** U+DC00 + byte stands for a byte that is not valid UTF-8 (U+DC80..U+DCFF, as in Python's `surrogateescape`). */
const escapeBase = 0xdc00;
/** Up to this length a loop beats the call into TextDecoder. */
const shortLength = 96;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes of the wire as text: UTF-8, each invalid byte as the lone surrogate U+DC00 + byte. Never throws. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length <= shortLength && isAscii(bytes)) return String.fromCharCode(...bytes);
  try {
    return decoder.decode(bytes);
  } catch {
    // Not UTF-8 throughout, so byte by byte.
    return decodeEscaping(bytes);
  }
}

/** The exact inverse of {@link decodeText}. A lone surrogate that stands for no byte becomes `?`. */
export function encodeText(text: string): Uint8Array {
  return text.isWellFormed() ? encoder.encode(text) : encodeEscaped(text);
}

/** Whether the text holds no escaped byte (and no other lone surrogate), so that it is UTF-8 on the wire. */
export function isValidUtf8Text(text: string): boolean {
  return text.isWellFormed();
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
}

function decodeEscaping(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let valid = 0;
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (valid < at) pieces.push(decoder.decode(bytes.subarray(valid, at)));
    pieces.push(String.fromCharCode(escapeBase + (bytes[at] ?? 0)));
    at += 1;
    valid = at;
  }
  if (valid < at) pieces.push(decoder.decode(bytes.subarray(valid, at)));
  return pieces.join('');
}

/** Length of the well-formed UTF-8 sequence at `at` (RFC 3629 §4: no overlong form, no surrogate), 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < lowest || second > highest) return 0;
  for (let i = at + 2; i < at + length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

function encodeEscaped(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  let valid = 0;
  const flush = (end: number): void => {
    const run = encoder.encode(text.slice(valid, end));
    bytes.set(run, length);
    length += run.length;
  };
  for (const match of text.matchAll(/\p{Surrogate}/gu)) {
    flush(match.index);
    const byte = text.charCodeAt(match.index) - escapeBase;
    bytes[length] = byte >= 0x80 && byte <= 0xff ? byte : 0x3f;
    length += 1;
    valid = match.index + 1;
  }
  flush(text.length);
  return bytes.slice(0, length);
}
