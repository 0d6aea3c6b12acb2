import { type TestContext, test } from 'node:test';
import { WORKERS } from './server.js';

const skip =
  WORKERS > 1 ? 'its server calls what is in the process of the test, and the sessions are in others' : false;

/** A test whose server is given system calls, or has its memory or descriptors looked at: with TWINPORT_WORKERS it is skipped. */
export function inOneProcess(name: string, run: (t: TestContext) => Promise<void>): void {
  void test(name, { skip }, run);
}
