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
  /** Whom ours is held against, and what ratio is to be reached. */
  readonly against: readonly string[];
  readonly goal?: number;
}

const ONE = { connections: 1, tls: false };
const EIGHT = { connections: 8, tls: false };
const TLS = { connections: 1, tls: true };
const CURL = { against: ['curl'], goal: 1 };
const ALL = { against: ['basic-ftp', 'lftp', 'curl'] };
const MANY = { against: ['basic-ftp', 'lftp'], goal: 3 };
const LFTP = { against: ['lftp'] };

const of = (work: Work): { readonly work: Work } => ({ work });

export const CLIENT_MEASURES: readonly ClientMeasure[] = [
  { name: 'download-file', title: 'download 1 GiB to a file, MB/s', ...of('download-file'), ...ONE, ...CURL },
  { name: 'download-null', title: 'download 1 GiB to nothing, MB/s', ...of('download-null'), ...ONE, ...CURL },
  { name: 'put', title: 'upload 1 GiB, MB/s', ...of('upload'), ...ONE, ...ALL },
  { name: 'small-down-1', title: '4 KiB down, 1 connection, files/s', ...of('small-down'), ...ONE, ...MANY },
  { name: 'small-down-8', title: '4 KiB down, 8 connections, files/s', ...of('small-down'), ...EIGHT, ...MANY },
  { name: 'small-up-1', title: '4 KiB up, 1 connection, files/s', ...of('small-up'), ...ONE, ...MANY },
  { name: 'small-up-8', title: '4 KiB up, 8 connections, files/s', ...of('small-up'), ...EIGHT, ...MANY },
  {
    name: 'sync-unchanged-1',
    title: 'sync of an unchanged tree, 1 connection, files/s',
    ...of('sync'),
    ...ONE,
    ...LFTP,
  },
  {
    name: 'sync-unchanged-8',
    title: 'sync of an unchanged tree, 8 connections, files/s',
    ...of('sync'),
    ...EIGHT,
    ...LFTP,
  },
  { name: 'tls-get', title: 'download in TLS to nothing, MB/s', ...of('download-null'), ...TLS, ...ALL },
  { name: 'tls-put', title: 'upload in TLS, MB/s', ...of('upload'), ...TLS, ...ALL },
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
  { port, contestant, rough }: { readonly port: number; readonly contestant: string; readonly rough: boolean },
): Job {
  return {
    work,
    connections,
    tls,
    port,
    rough,
    file: tls ? 'quarter.bin' : 'big.bin',
    octets: (tls ? quarterOf(contents.size) : contents.size) * MEBIBYTE,
    smallFiles: Array.from({ length: contents.files }, (_, index) => `${index}.bin`),
    source: root,
    target: join(folder, 'local', 'down'),
    tree: join(folder, 'local', `tree-${contestant}`),
  };
}
