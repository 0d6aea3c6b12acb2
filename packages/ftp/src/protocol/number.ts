import { SyntaxFault } from './syntax-fault.js';

/**
 * A count of octets or a file offset (REST, ALLO, RANG, 213): decimal digits, 0 to `Number.MAX_SAFE_INTEGER`.
 * Throws SyntaxFault('number') otherwise; a larger number is refused, never wrapped.
 */
export function parseOctets(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new SyntaxFault('number', 'Not a number of octets');
  return value;
}
