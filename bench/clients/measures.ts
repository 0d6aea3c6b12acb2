import { join } from 'node:path';
import { type Contents, type Workspace, quarterOf } from '../workspace.js';
import type { Job, Work } from './contract.js';

const MEBIBYTE = 1024 * 1024;

export interface ClientMeasure {
  readonly name: string;
  readonly title: string;
  readonly work: Work;
  readonly connections: number;
  readonly tls: boolean;
}

const ONE = { connections: 1, tls: false };
const EIGHT = { connections: 8, tls: false };
const TLS = { connections: 1, tls: true };

export const CLIENT_MEASURES: readonly ClientMeasure[] = [
  { name: 'download-file', title: 'download of a large file to a file, MB/s', work: 'download-file', ...ONE },
  { name: 'download-null', title: 'download of a large file to nothing, MB/s', work: 'download-null', ...ONE },
  { name: 'upload', title: 'upload of a large file, MB/s', work: 'upload', ...ONE },
  { name: 'small-down-1', title: 'downloads of 4 KiB files, 1 connection, files/s', work: 'small-down', ...ONE },
  { name: 'small-down-8', title: 'downloads of 4 KiB files, 8 connections, files/s', work: 'small-down', ...EIGHT },
  { name: 'small-up-1', title: 'uploads of 4 KiB files, 1 connection, files/s', work: 'small-up', ...ONE },
  { name: 'small-up-8', title: 'uploads of 4 KiB files, 8 connections, files/s', work: 'small-up', ...EIGHT },
  { name: 'sync-unchanged-1', title: 'sync of an unchanged tree, 1 connection, files/s', work: 'sync', ...ONE },
  { name: 'sync-unchanged-8', title: 'sync of an unchanged tree, 8 connections, files/s', work: 'sync', ...EIGHT },
  { name: 'tls-download', title: 'download in TLS to nothing, MB/s', work: 'download-null', ...TLS },
  { name: 'tls-upload', title: 'upload in TLS, MB/s', work: 'upload', ...TLS },
];

/** How much the work is, in what the title counts. */
export function amountOf({ work, tls }: ClientMeasure, { size, files, tree }: Contents): number {
  if (work === 'sync') return tree;
  if (work === 'small-down' || work === 'small-up') return files;
  return ((tls ? quarterOf(size) : size) * MEBIBYTE) / 1e6;
}

/** In TLS with `quarter.bin`, since some servers need many seconds for the large file. */
export function jobOf(
  { work, connections, tls }: ClientMeasure,
  contents: Contents,
  { folder, root }: Workspace,
  { port, contestant }: { readonly port: number; readonly contestant: string },
): Job {
  return {
    work,
    connections,
    tls,
    port,
    file: tls ? 'quarter.bin' : 'big.bin',
    octets: (tls ? quarterOf(contents.size) : contents.size) * MEBIBYTE,
    smallFiles: Array.from({ length: contents.files }, (_, index) => `${index}.bin`),
    source: root,
    target: join(folder, 'local', 'down'),
    tree: join(folder, 'local', `tree-${contestant}`),
  };
}
