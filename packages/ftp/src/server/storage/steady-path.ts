import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRemote } from '../../disk/index.js';
import type { Held } from './disk-jail.js';
import { toDisk } from './disk-path.js';

/** No file system here keeps times more coarsely (FAT: 2 s): what has changed since then shows another time than before. */
const COARSEST_MS = 2_500;

interface Way {
  /** Identity of each directory of the path, and when each but the last has changed. */
  readonly text: string;
  readonly changedMs: number;
}

/**
 * A held directory may be named by its real path, which the kernel finds twice as fast, for as long as nothing on that path is renamed or
 * replaced. Whatever does that changes the time of the directory above it, which cannot be set back. Returns what tells, afterwards,
 * whether the path has led to the held directory all the while; undefined where that cannot be told.
 */
export function steadyPath({ path, real }: Held, now = Date.now()): (() => boolean) | undefined {
  if (path === real) return undefined; // where there are no descriptors to name it by
  const way = wayTo(real);
  if (!way || way.changedMs > now - COARSEST_MS || isRemote(real)) return undefined;
  const held = statSync(path, { bigint: true });
  if (!way.text.endsWith(` ${held.dev}:${held.ino}`)) return undefined;
  return () => wayTo(real)?.text === way.text;
}

function wayTo(real: string): Way | undefined {
  try {
    const { dev, ino } = directoryAt(real);
    let text = ` ${dev}:${ino}`;
    let changedMs = 0;
    for (let path = real; path !== '/';) {
      path = dirname(path);
      const above = directoryAt(path);
      text = `${above.dev}:${above.ino}:${above.ctimeNs}/${text}`;
      changedMs = Math.max(changedMs, Number(above.ctimeMs));
    }
    return { text, changedMs };
  } catch {
    return undefined; // it leads nowhere, or through a link
  }
}

function directoryAt(path: string): {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly ctimeNs: bigint;
  readonly ctimeMs: bigint;
} {
  const stats = lstatSync(toDisk(path), { bigint: true });
  if (!stats.isDirectory()) throw new Error('not a directory');
  return stats;
}
