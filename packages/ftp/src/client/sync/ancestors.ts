import { isInside, joinPath, resolvePath } from '../../protocol/index.js';
import type { SyncSeen } from './contract.js';
import type { Ancestor } from './planning.js';

/** The folder `name` of `above`; `link`: what leads to it, where it is a link. */
export function descend(above: Ancestor, name: string, folder: SyncSeen, link: SyncSeen | undefined): Ancestor {
  return { above, unique: folder.unique, real: realPath(above, name, link) };
}

function realPath(above: Ancestor, name: string, link: SyncSeen | undefined): string {
  if (link?.target === undefined) return joinPath(above.real, name);
  try {
    return resolvePath(above.real, link.target);
  } catch {
    // No path at all: then it is none of those above either.
    return joinPath(above.real, name);
  }
}

/**
 * Whether a folder is one of those above it, or has one of them in it. By its identity where the side tells it; else by the path that a
 * link says. A link that says nothing may lead anywhere, so it counts as one that leads back.
 */
export function leadsBack(folder: Ancestor, link: SyncSeen | undefined): boolean {
  const isNamed = folder.unique !== undefined;
  if (!isNamed && link === undefined) return false;
  if (!isNamed && link?.target === undefined) return true;
  for (let each = folder.above; each !== undefined; each = each.above) {
    if (isNamed ? each.unique === folder.unique : isInside(each.real, folder.real)) return true;
  }
  return false;
}
