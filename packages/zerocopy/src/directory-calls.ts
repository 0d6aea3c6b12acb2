import type { DirectoryCalls } from '@twinport/ftp/server';
import { directories } from './directories.js';
import { DirectoryReader } from './directory-reader.js';
import { KEPT_WORDS, StatxAttributes } from './statx-attributes.js';

const found = new Uint32Array(KEPT_WORDS);
const attributes = new StatxAttributes(found, 0);

/** Undefined where the C library has no functions for it. */
export function createDirectoryCalls(): DirectoryCalls | undefined {
  if (!directories) return undefined;
  const { readNames, readAttributes } = directories;
  const attributesIn: DirectoryCalls['attributesIn'] = (directory, name) =>
    readAttributes(directory, name, found, 0) ? attributes : undefined;
  const reader = new DirectoryReader(attributesIn);
  return { readNames, attributesIn, readBeside: (directory, names) => reader.read(directory, names) };
}
