import { SyntaxFault, parseOctets, parseQuotedPath, reply, resolvePath } from '../../protocol/index.js';
import { parsed } from '../arguments.js';
import { hashFile } from '../file-hash.js';
import type { OctetRange } from '../read-chunks.js';
import type { HashName, Session } from '../session.js';
import { StorageFault } from '../storage/contract.js';
import type { Verb } from '../verb.js';

/** A file, or a range of it when numbers follow its name. */
export interface HashRequest {
  readonly name: string;
  readonly range: OctetRange;
  /** The whole text, where the numbers may be part of the name. */
  readonly whole?: string;
}

/** `name`, `name 0 100`, `"name" 0 100`: from the first octet up to but without the second. Throws SyntaxFault. */
export function parseHashRequest(text: string): HashRequest {
  const quoted = parseQuotedPath(text);
  if (quoted !== undefined) return { name: quoted.path, range: parseRange(quoted.rest.trim()) };
  const [, name = text, numbers] = /^(.*?[^ ]) +(\d+(?: +\d+)?)$/.exec(text) ?? [];
  return numbers === undefined ? { name, range: { first: 0 } } : { name, range: parseRange(numbers), whole: text };
}

function parseRange(text: string): OctetRange {
  if (text === '') return { first: 0 };
  const [first = 0, end, more] = text.split(/ +/).map(parseOctets);
  if (more !== undefined || (end !== undefined && end < first))
    throw new SyntaxFault('range', 'a range is a start and an end behind it');
  return end === undefined ? { first } : { first, end };
}

const row = (verb: string, hash: HashName): Verb<HashRequest> => ({
  verb,
  rfc: 'no RFC: as in Serv-U and GlobalSCAPE',
  argument: parsed('<path> [<start> [<end>]]', parseHashRequest),
  needs: ['login', 'read'],
  feature: verb,
  help: `the ${hash} of a file, or of its octets from start up to end; HASH is the newer way`,
  async run(session, request) {
    const { path, range } = await resolve(session, request);
    const { hex, end } = await hashFile(session, path, hash, range);
    if (range.end !== undefined && end !== range.end) throw new StorageFault('invalid', 'the range goes past the end');
    return reply(250, hex.toUpperCase());
  },
});

/** A file whose name ends in numbers goes before a range of another one. */
async function resolve(
  session: Session,
  { name, range, whole }: HashRequest,
): Promise<{ path: string; range: OctetRange }> {
  const path = resolvePath(session.directory, name);
  if (whole === undefined) return { path, range };
  const wholePath = resolvePath(session.directory, whole);
  return (await exists(session, wholePath)) ? { path: wholePath, range: { first: 0 } } : { path, range };
}

async function exists(session: Session, path: string): Promise<boolean> {
  try {
    await session.storage.stat(path);
    return true;
  } catch (error) {
    if (error instanceof StorageFault) return false;
    throw error;
  }
}

export const xHashes: readonly Verb[] = [
  row('XCRC', 'CRC32'),
  row('XMD5', 'MD5'),
  row('XSHA', 'SHA-1'),
  row('XSHA1', 'SHA-1'),
  row('XSHA256', 'SHA-256'),
  row('XSHA512', 'SHA-512'),
];
