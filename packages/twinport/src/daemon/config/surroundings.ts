import { folder } from '../folder.js';
import { UsageFault } from '../usage-fault.js';
import { certificateFlaws } from './certificate-flaws.js';
import type { Path } from './positions.js';
import type { Draft, Flaw } from './shape.js';

/** What the settings name and this machine does not have. */
export async function missingThings({ directory, tls = {}, user = [] }: Draft): Promise<readonly Flaw[]> {
  const folders = await Promise.all([
    folderFlaws(['directory'], directory),
    ...user.map((each, index) => folderFlaws(['user', index, 'directory'], each.directory)),
  ]);
  return [...folders.flat(), ...(await certificateFlaws(tls))];
}

async function folderFlaws(path: Path, directory: string | undefined): Promise<readonly Flaw[]> {
  if (directory === undefined) return [];
  try {
    await folder(directory);
    return [];
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error;
    return [{ path, what: error.message }];
  }
}
