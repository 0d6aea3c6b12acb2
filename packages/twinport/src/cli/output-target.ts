import { Writable } from 'node:stream';
import type { Output } from './output.js';

/** Where a download can go that is to appear on stdout: ending it leaves stdout open for the next. */
export function outputTarget(out: Output): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      void forward(out, chunk, done);
    },
  });
}

async function forward(out: Output, chunk: Buffer, done: (error?: Error) => void): Promise<void> {
  let failure: Error | undefined;
  try {
    await out.write(chunk);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
  }
  done(failure);
}
