import { SyntaxFault } from '../protocol/index.js';

const LARGEST_MODE = 0o7777;

/** POSIX permission bits in octal, `644` or `0644`. Throws SyntaxFault('file-mode'). */
export function parseFileMode(text: string): number {
  const mode = /^[0-7]{1,5}$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  if (!(mode <= LARGEST_MODE)) throw new SyntaxFault('file-mode', 'permissions are octal, 0 to 7777');
  return mode;
}

/** Permission bits as `0644`. */
export function formatFileMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
