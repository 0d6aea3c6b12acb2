import type { Transform } from './transform.js';

/** The transforms one after another, left to right. `end` of each flushes through the ones after it. */
export function chain(...transforms: Transform[]): Transform {
  return {
    push: (chunk) => transforms.reduce<Uint8Array>((bytes, transform) => transform.push(bytes), chunk),
    end: () => transforms.reduce<Uint8Array>((bytes, transform) => flush(transform, bytes), new Uint8Array(0)),
  };
}

function flush(transform: Transform, bytes: Uint8Array): Uint8Array {
  const pushed = bytes.length === 0 ? bytes : transform.push(bytes);
  const ended = transform.end();
  if (pushed.length === 0) return ended;
  if (ended.length === 0) return pushed;
  const both = new Uint8Array(pushed.length + ended.length);
  both.set(pushed);
  both.set(ended, pushed.length);
  return both;
}
