import { posix, sep } from 'node:path';
import { StorageFault } from './contract.js';

/** A component a normal path never has: empty, `.`, `..`, or one with NUL. */
const ABNORMAL = /\0|\/(?:\.{0,2})(?:\/|$)/;
/** Where these separate components or name streams, a peer's name must not hold them. */
const FOREIGN = sep === '/' ? undefined : /[\\:]/;

/** Checks what the contract promises of every path. Throws StorageFault('invalid'). */
export function checkPath(path: string): void {
  if (path === '/') return;
  if (!path.startsWith('/') || ABNORMAL.test(path) || FOREIGN?.test(path) === true) {
    throw new StorageFault('invalid', `not a normal path: ${JSON.stringify(path)}`);
  }
}

/** The directory a path is in, and its name there. Throws StorageFault('denied') for the root, which is in none. */
export function splitPath(path: string): { readonly directory: string; readonly name: string } {
  checkPath(path);
  if (path === '/') throw new StorageFault('denied', 'the root cannot be changed');
  const at = path.lastIndexOf('/');
  return { directory: path.slice(0, at) || '/', name: path.slice(at + 1) };
}

/** The last component; `/` for the root. */
export function nameOf(path: string): string {
  return path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
}

/** `name` in `directory`. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** The path that a link in `directory` with the text `target` means. Throws StorageFault('denied') when that leads above the root. */
export function linkTarget(directory: string, target: string): string {
  if (target === '' || target.includes('\0')) throw new StorageFault('invalid', 'a link needs a target');
  const joined = posix.join(target.startsWith('/') ? '.' : `.${directory}`, `./${target}`).replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../')) throw new StorageFault('denied', 'the target is above the root');
  return joined === '.' || joined === '' ? '/' : `/${joined}`;
}
