import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What nobody in the jail may learn: the octets, the size and the time of a file beside it, and the name of another. */
export const SECRET = 'the-secret-of-the-outside'.repeat(37);
export const SECRET_TIME = new Date('2003-04-05T06:07:08Z');
export const SECRET_NAME = 'unspoken';

/** A folder with links that lead out of it, and what they lead to. */
export interface JailTree {
  readonly root: string;
  readonly outside: string;
  /** Everything there is outside, as text to compare. */
  snapshotOutside(): string;
  /** Everything there is inside. */
  snapshotInside(): string;
  remove(): void;
}

export function createJailTree(): JailTree {
  const base = mkdtempSync(join(tmpdir(), 'twinport-jail-'));
  const root = join(base, 'root');
  const outside = join(base, 'outside');
  for (const folder of [
    root,
    outside,
    join(root, 'directory'),
    join(root, 'empty'),
    join(outside, SECRET_NAME),
    join(outside, 'victim'),
  ])
    mkdirSync(folder);
  writeFileSync(join(outside, 'secret.txt'), SECRET);
  utimesSync(join(outside, 'secret.txt'), SECRET_TIME, SECRET_TIME);
  writeFileSync(join(root, 'file.txt'), 'one\ntwo\n');
  writeFileSync(join(root, 'directory', 'inner.txt'), 'x');
  symlinkSync('../outside', join(root, 'out'));
  symlinkSync('../outside/secret.txt', join(root, 'outfile'));
  symlinkSync(outside, join(root, 'absolute'));
  symlinkSync('../outside/not-there-yet', join(root, 'dangling'));
  symlinkSync('/proc/self/root', join(root, 'everything'));
  symlinkSync('.', join(root, 'directory', 'loop'));
  return {
    root,
    outside,
    snapshotOutside: () => snapshot(outside),
    snapshotInside: () => snapshot(root),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

function snapshot(folder: string): string {
  const names = readdirSync(folder).toSorted();
  return names.map((name) => describe(join(folder, name))).join('\n');
}

function describe(path: string): string {
  const { mode, mtimeMs, nlink } = lstatSync(path);
  const facts = `${path} ${mode.toString(8)}`;
  if ((mode & 0o170000) === 0o040000) return `${facts}\n${snapshot(path)}`;
  const content = (mode & 0o170000) === 0o120000 ? readlinkSync(path) : readFileSync(path, 'latin1');
  return `${facts} ${mtimeMs} ${nlink} ${content}`;
}
