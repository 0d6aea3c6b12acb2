import { SyntaxFault } from '../protocol/index.js';
import type { Session } from './session.js';
import { type WirePosition, positionOf } from './text-scan.js';

/** Where a transfer begins and how many octets it may have, from REST or RANG; undefined when it is of the whole file. */
export async function takePosition(
  session: Session,
  path: string,
): Promise<(WirePosition & { readonly limit: number }) | undefined> {
  const start = session.takeStart();
  if (!start) return undefined;
  if (start.kind === 'range' && session.textual)
    throw new SyntaxFault('range', 'RANG counts octets: it goes with TYPE I');
  if (start.kind === 'range') return { offset: start.first, skip: 0, limit: start.last - start.first + 1 };
  // In modes B and C a restart point is a marker of ours, which names an offset of the stored file.
  const marker = session.mode === 'B' || session.mode === 'C';
  const position = marker ? { offset: start.offset, skip: 0 } : await positionOf(session, path, start.offset);
  return { ...position, limit: Infinity };
}
