import { SyntaxFault } from './syntax-fault.js';

/** RFC 959 §3.1.1: how bytes stand for text or data. The format of A and E is N (non-print), T (Telnet) or C (carriage control). */
export type Representation =
  | { readonly type: 'A' | 'E'; readonly format: 'N' | 'T' | 'C' }
  | { readonly type: 'I' }
  | { readonly type: 'L'; readonly byteSize: number };

/** RFC 959 §3.1.2: file, record or page. */
export type Structure = 'F' | 'R' | 'P';

/** RFC 959 §3.4: stream, block, compressed; Z is deflate (draft-preston-ftpext-deflate). */
export type Mode = 'S' | 'B' | 'C' | 'Z';

const LOCAL = /^L ?([1-9]\d{0,2})$/i;
const LARGEST_BYTE_SIZE = 255;

/** RFC 959 §5.3.2, the argument of TYPE: `A`, `A N`, `E T`, `I`, `L 8`, also `L8`. Throws SyntaxFault('type'). */
export function parseRepresentation(text: string): Representation {
  const [type = '', format = 'N', ...more] = upperCase(text).split(' ');
  if (type === 'I' && text.length === 1) return { type };
  if ((type === 'A' || type === 'E') && isFormat(format) && more.length === 0) return { type, format };
  const byteSize = Number(LOCAL.exec(text)?.[1]);
  if (byteSize <= LARGEST_BYTE_SIZE) return { type: 'L', byteSize };
  throw new SyntaxFault('type', 'A type is A, E, I or L with a byte size from 1 to 255');
}

/** ASCII only: toUpperCase would make an S of U+017F. */
function upperCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function isFormat(text: string): text is 'N' | 'T' | 'C' {
  return text === 'N' || text === 'T' || text === 'C';
}

/** The shortest argument of TYPE that means `representation`: the default format N is left out. */
export function formatRepresentation(representation: Representation): string {
  const { type } = representation;
  if (type === 'I') return type;
  if (type === 'L') return `L ${representation.byteSize}`;
  return representation.format === 'N' ? type : `${type} ${representation.format}`;
}

/** RFC 959 §5.3.2, the argument of STRU. Throws SyntaxFault('structure'). */
export function parseStructure(text: string): Structure {
  const code = upperCase(text);
  if (code === 'F' || code === 'R' || code === 'P') return code;
  throw new SyntaxFault('structure', 'A structure is F, R or P');
}

/** RFC 959 §5.3.2, the argument of MODE. Throws SyntaxFault('mode'). */
export function parseMode(text: string): Mode {
  const code = upperCase(text);
  if (code === 'S' || code === 'B' || code === 'C' || code === 'Z') return code;
  throw new SyntaxFault('mode', 'A mode is S, B, C or Z');
}
