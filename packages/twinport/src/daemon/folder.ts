import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageFault, errnoOf } from './usage-fault.js';

/** Its absolute path, once it is known that it can be served. Throws UsageFault. */
export async function folder(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    if ((await stat(absolute)).isDirectory()) {
      await access(absolute, constants.R_OK | constants.X_OK);
      return absolute;
    }
  } catch (error) {
    if (errnoOf(error) === 'EACCES')
      throw new UsageFault(`${absolute} cannot be read: permission denied; choose a folder this user may read`);
    throw new UsageFault(`there is no folder ${absolute}: make it, or name another`);
  }
  throw new UsageFault(`${absolute} is not a folder: name the folder to serve`);
}
