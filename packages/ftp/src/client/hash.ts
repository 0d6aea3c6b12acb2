import type { Connections } from './connections.js';
import { ContentHash } from './content-hash.js';
import type { CallOptions, HashAlgorithm, RemoteHash } from './contract.js';
import { FtpError } from './errors.js';
import { replyError } from './reply-error.js';
import type { ClientSession } from './session.js';

/** The strongest first. */
const ALGORITHMS: readonly HashAlgorithm[] = ['SHA-512', 'SHA-256', 'SHA-1', 'MD5', 'CRC32'];
const VERBS: Readonly<Record<HashAlgorithm, string>> = {
  'SHA-512': 'XSHA512',
  'SHA-256': 'XSHA256',
  'SHA-1': 'XSHA1',
  MD5: 'XMD5',
  CRC32: 'XCRC',
};
const DIGITS: Readonly<Record<HashAlgorithm, number>> = {
  'SHA-512': 128,
  'SHA-256': 64,
  'SHA-1': 40,
  MD5: 32,
  CRC32: 8,
};

/** What the server can hash with, the strongest first: HASH (draft-bryan-ftpext-hash) and the X verbs, by FEAT. */
export function hashAlgorithms(features: ReadonlyMap<string, string>): readonly HashAlgorithm[] {
  const offered = (features.get('HASH') ?? '').toUpperCase().replaceAll('*', '').split(';');
  return ALGORITHMS.filter((name) => offered.includes(name) || features.has(VERBS[name]));
}

/** Has the server hash a file. Rejects with FtpError UNSUPPORTED where it cannot. */
export async function remoteHash(
  connections: Connections,
  path: string,
  options: CallOptions & { readonly algorithm?: HashAlgorithm | undefined } = {},
): Promise<RemoteHash> {
  return await connections.use(async (session) => {
    const features = connections.facts?.features ?? new Map<string, string>();
    const algorithm = hashAlgorithms(features).find((name) => !options.algorithm || name === options.algorithm);
    if (!algorithm) {
      throw new FtpError('UNSUPPORTED', `The server offers no ${options.algorithm ?? 'hash'}`, {
        path,
        hint: 'Download the file to hash it here.',
      });
    }
    return { algorithm, hex: await ask(session, { path, algorithm, features }) };
  }, options);
}

/** A hash of what is going to pass by here, by the algorithm that the server will be asked for; undefined where it has none. */
export function passingHash({ facts }: Connections): ContentHash | undefined {
  const [algorithm] = hashAlgorithms(facts?.features ?? new Map());
  return algorithm && new ContentHash(algorithm);
}

/**
 * Compares a file with what it is here; false where the server offers no hash, or there is none of ours. `ours` makes it, by an algorithm
 * that the server has. Rejects with HASH_MISMATCH.
 */
export async function agreesByHash(
  connections: Connections,
  path: string,
  {
    signal,
    ours,
  }: { readonly signal: AbortSignal; readonly ours: (algorithm: HashAlgorithm) => Promise<string | undefined> },
): Promise<boolean> {
  const [algorithm] = hashAlgorithms(connections.facts?.features ?? new Map());
  const own = algorithm && (await ours(algorithm));
  if (!algorithm || own === undefined) {
    connections.core.warn('HASH_UNKNOWN', `${path}: the server offers no hash to compare with`);
    return false;
  }
  const { hex } = await remoteHash(connections, path, { algorithm, signal });
  if (own === hex) return true;
  throw new FtpError('HASH_MISMATCH', `${path}: ${algorithm} is ${own} here and ${hex} on the server`, {
    phase: 'transfer',
    path,
  });
}

async function ask(
  session: ClientSession,
  {
    path,
    algorithm,
    features,
  }: { readonly path: string; readonly algorithm: HashAlgorithm; readonly features: ReadonlyMap<string, string> },
): Promise<string> {
  const own = features.has(VERBS[algorithm]);
  const verb = own ? VERBS[algorithm] : 'HASH';
  if (!own) await session.command('OPTS', `HASH ${algorithm}`);
  const reply = await session.exchange(verb, own && / /.test(path) ? `"${path}"` : path);
  if (reply.code >= 400) throw replyError(verb, reply, path);
  const hex = hexIn(reply.lines.join(' '), algorithm);
  if (hex === undefined)
    throw new FtpError('PROTOCOL', `${verb}: no ${algorithm} in the reply`, { reply, command: verb, path });
  return hex;
}

/** The one word of so many hexadecimal digits; a CRC may have lost its leading zeros. */
function hexIn(text: string, algorithm: HashAlgorithm): string | undefined {
  const digits = DIGITS[algorithm];
  const words = text.split(/[^\da-f]+/i);
  const exact = words.find((word) => word.length === digits && /^[\da-f]+$/i.test(word));
  if (exact !== undefined || algorithm !== 'CRC32') return exact?.toLowerCase();
  return words
    .find((word) => /^[\da-f]{1,8}$/i.test(word))
    ?.toLowerCase()
    .padStart(digits, '0');
}
