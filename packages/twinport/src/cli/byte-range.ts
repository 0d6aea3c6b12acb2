import { InvalidArgumentError } from 'commander';

/** Octets of a file: `start` is the first, `end` the one behind the last; `last` counts from the end. */
export type ByteRange = { readonly start: number; readonly end?: number } | { readonly last: number };

/** `0-99` is the first hundred octets, `100-` all but those, `-500` the last five hundred, as HTTP has it. */
export function parseByteRange(text: string): ByteRange {
  const [, first, last] = /^(\d{1,15})?-(\d{1,15})?$/.exec(text) ?? [];
  if (first === undefined && last === undefined)
    throw new InvalidArgumentError('give A-B, both included and counted from 0, or A- or -N for the last N octets.');
  if (first === undefined) return { last: Number(last) };
  if (last === undefined) return { start: Number(first) };
  if (Number(last) < Number(first)) throw new InvalidArgumentError('the range ends before it begins.');
  return { start: Number(first), end: Number(last) + 1 };
}

/** Where to begin and to end in a file of a known size. */
export function rangeIn(range: ByteRange, size: number): { start: number; end?: number } {
  return 'last' in range ? { start: Math.max(0, size - range.last) } : range;
}
