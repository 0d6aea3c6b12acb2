import { randomInt } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './contract.js';

const PIECE = 1024 * 1024;
/** Pieces of a large file that are compared, beside its first and its last. */
const PIECES = 16;

/** Throws unless what the job was to move is where it belongs: small files whole, of large ones the size and many places. */
export function checkArrived({ work, source, target, tree, file, smallFiles }: Job): void {
  const uploads = join(source, 'in');
  switch (work) {
    case 'download-null':
      return; // the contestant counts
    case 'download-file':
      return compareLarge(join(source, file), join(target, file));
    case 'upload':
      return compareLarge(join(source, file), join(uploads, file));
    case 'small-down':
      return compareFolders(join(source, 'small'), target, smallFiles.length);
    case 'small-up':
      return compareFolders(join(source, 'small'), uploads, smallFiles.length);
    case 'sync':
      return compareFolders(join(source, 'tree'), tree);
  }
}

/** Throws if a file in the folder was written, or its times set, since then (milliseconds). */
export function checkUntouched(folder: string, since: number): void {
  const touched = filesIn(folder).find((file) => statSync(join(folder, file)).ctimeMs > since);
  if (touched !== undefined) throw new Error(`${touched} was copied again`);
}

function compareFolders(wanted: string, got: string, count?: number): void {
  const files = filesIn(wanted);
  const here = new Set(filesIn(got));
  if (here.size !== (count ?? files.length)) throw new Error(`${here.size} files arrived`);
  for (const file of files) {
    if (!here.has(file)) throw new Error(`${file} has not arrived`);
    if (!readFileSync(join(wanted, file)).equals(readFileSync(join(got, file))))
      throw new Error(`${file} is another file`);
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

function compareLarge(wanted: string, got: string): void {
  const files = [openSync(wanted, 'r'), openSync(got, 'r')] as const;
  try {
    const [size, arrived] = [fstatSync(files[0]).size, fstatSync(files[1]).size];
    if (arrived !== size) throw new Error(`${arrived} of ${size} octets arrived`);
    const last = Math.max(0, size - PIECE);
    const places = [0, last, ...Array.from({ length: PIECES }, () => randomInt(last + 1))];
    for (const place of places) {
      if (!pieceOf(files[0], place).equals(pieceOf(files[1], place))) throw new Error(`it differs at octet ${place}`);
    }
  } finally {
    files.forEach(closeSync);
  }
}

function pieceOf(file: number, place: number): Buffer {
  const piece = Buffer.alloc(PIECE);
  return piece.subarray(0, readSync(file, piece, 0, PIECE, place));
}
