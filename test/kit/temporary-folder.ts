import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An empty folder, removed with everything in it when the test ends. */
export async function temporaryFolder(test: { after(done: () => Promise<void>): void }): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'twinport-test-')));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
