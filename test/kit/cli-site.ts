import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ServerOptions, type Storage, disk } from '@twinport/ftp/server';
import { type CliOptions, CliProcess, type CliResult } from './cli-process.js';
import { startServer } from './server.js';
import { temporaryFolder } from './temporary-folder.js';

interface Test {
  after(done: () => void | Promise<void>): void;
}

export interface Site {
  /** Served. */
  readonly root: string;
  /** To work in. */
  readonly here: string;
  readonly url: string;
  readonly port: number;
  readonly run: (...args: string[]) => Promise<CliResult>;
  readonly runWith: (options: CliOptions, ...args: string[]) => Promise<CliResult>;
}

/** Its octets repeat with no short period, so that a piece in the wrong place is noticed. */
export const BIG = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));

/** A server with a few files, and a folder to run commands in. */
export async function site(
  t: Test,
  { alter, ...options }: Partial<ServerOptions> & { alter?: (storage: Storage) => Storage } = {},
): Promise<Site> {
  const [root, here] = [await temporaryFolder(t), await temporaryFolder(t)];
  await mkdir(join(root, 'pub', 'deep'), { recursive: true });
  await writeFile(join(root, 'pub', 'a.txt'), 'a file\n');
  await writeFile(join(root, 'pub', 'b.log'), 'the log\n');
  await writeFile(join(root, 'pub', '.hidden'), '');
  await writeFile(join(root, 'pub', 'deep', 'c.txt'), 'deep down\n');
  await writeFile(join(root, 'big.bin'), BIG);
  await utimes(join(root, 'pub', 'a.txt'), 1_700_000_000, 1_700_000_000);
  const storage = disk(root);
  const { port } = await startServer(t, { storage: alter ? alter(storage) : storage, ...options });
  const runWith = async (extra: CliOptions, ...args: string[]): Promise<CliResult> =>
    await new CliProcess(t, args, { cwd: here, ...extra }).end();
  return {
    root,
    here,
    port,
    url: `ftp://user:secret@127.0.0.1:${port}`,
    run: (...args) => runWith({}, ...args),
    runWith,
  };
}

/** The result, which was a success. */
export function ok(result: CliResult): CliResult {
  assert.equal(result.code, 0, result.stderr);
  return result;
}

/** The lines of an output. */
export const names = (stdout: string): string[] => stdout.split('\n').filter((line) => line !== '');
