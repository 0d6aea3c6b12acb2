import { type Fields, isDigits } from './fields.js';
import type { EntryDraft } from './listed-entry.js';

/**
 * Adds what stands between permissions and size: links, owner and group, of which a server may leave out any. One number alone
 * could be any of them, and is none.
 */
export function addOwners(entry: EntryDraft, fields: Fields, end: number): void {
  if (end === 0 || isForked(entry, fields, end)) return;
  const hasLinks = isDigits(fields.text(0));
  if (hasLinks && end === 1) return;
  if (hasLinks) entry.links = Number(fields.text(0));
  const first = hasLinks ? 1 : 0;
  if (end - first === 1) {
    entry.owner = fields.text(first);
    return;
  }
  const cut = end - first === 2 ? first : ownerEnd(fields, first, end);
  entry.owner = fields.line.slice(fields.start(first), fields.end(cut));
  entry.group = fields.line.slice(fields.start(cut + 1), fields.end(end - 1));
}

/** NetPresenz (Mac) shows a folder as such, and of a file the sizes of both forks before their sum. */
function isForked(entry: EntryDraft, fields: Fields, end: number): boolean {
  if (end === 1) return fields.text(0) === 'folder';
  if (end !== 2) return false;
  const [first, second] = [fields.text(0), fields.text(1)];
  return isDigits(first) && isDigits(second) && Number(first) + Number(second) === entry.size;
}

/** Names with spaces: columns are apart by two spaces or more, if that is so in one place only; otherwise the owner is one word. */
function ownerEnd(fields: Fields, first: number, end: number): number {
  let cut = -1;
  for (let at = first; at < end - 1; at += 1) {
    if (fields.start(at + 1) - fields.end(at) < 2) continue;
    if (cut !== -1) return first;
    cut = at;
  }
  return cut === -1 ? first : cut;
}
