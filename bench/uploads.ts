import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CEILING } from './contestants.js';
import type { Bench } from './measures.js';
import type { RunningServer } from './process.js';

const MEBIBYTE = 1024 * 1024;
const SMALL = 4096;

/** Throws unless what was uploaded is there: of its size (a large file may have been cut short for lack of time), or octet for octet. */
export function checkUploads(
  { name }: RunningServer,
  { contents, workspace, check }: Bench,
  kind: 'large' | 'small',
): void {
  if (name === CEILING) return; // it keeps nothing
  const most = kind === 'small' ? SMALL : contents.size * MEBIBYTE;
  const files = readdirSync(workspace.uploads).map((file) => join(workspace.uploads, file));
  if (files.length === 0) throw new Error('nothing was stored');
  for (const file of files) {
    const { size } = statSync(file);
    if (size > most || (size !== most && (kind === 'small' || check))) throw new Error(`${size} octets were stored`);
    if (!check) continue;
    const wanted = kind === 'small' ? Buffer.alloc(SMALL) : readFileSync(workspace.big);
    if (!readFileSync(file).equals(wanted)) throw new Error('another file was stored');
  }
}
