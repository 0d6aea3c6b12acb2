/** The first octet of passwords that carry user and host in front of them. */
const FLAG = 0xff;
/** Kinds behind the flag: the length in one octet or in two. */
const SHORT = 0x00;
const LONG = 0x02;
/** Octets are stored as `~(octet ^ 0xA3)`, which is this. */
const MASK = 0x5c;

/**
 * A password as WinSCP stores it without a master password: two hexadecimal digits an octet, each masked; a length, the
 * number of random octets in front, those, then user, host and password. Undefined where it is nothing of the kind, such
 * as one that a master password has encrypted.
 */
export function decodeWinscpPassword(text: string, user: string, host: string): string | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(text)) return undefined;
  const octets = masked(Buffer.from(text, 'hex'));
  const [flag, kind, length = 0, low = 0] = octets;
  if (flag !== FLAG) return contentOf(octets, 1, flag ?? 0)?.toString('utf8');
  const content =
    kind === SHORT
      ? contentOf(octets, 3, length)
      : kind === LONG
        ? contentOf(octets, 4, length * 256 + low)
        : undefined;
  const key = Buffer.from(user + host, 'utf8');
  return content?.subarray(0, key.length).equals(key) ? content.toString('utf8', key.length) : undefined;
}

/** What `decodeWinscpPassword` reads. */
export function encodeWinscpPassword(password: string, user: string, host: string, filler: Uint8Array): string {
  const content = Buffer.from(user + host + password, 'utf8');
  const length = content.length > 255 ? [LONG, content.length >> 8, content.length & 0xff] : [SHORT, content.length];
  const octets = Buffer.from([FLAG, ...length, filler.length, ...filler, ...content]);
  return masked(octets).toString('hex').toUpperCase();
}

/** From `at`: the number of octets to skip, those, then the content. */
function contentOf(octets: Buffer, at: number, length: number): Buffer | undefined {
  const start = at + 1 + (octets[at] ?? 0);
  return start + length <= octets.length ? octets.subarray(start, start + length) : undefined;
}

function masked(octets: Buffer): Buffer {
  return Buffer.from(octets.map((octet) => octet ^ MASK));
}
