import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAccounts } from './accounts.js';

/** What every measure finds in the folder. */
export interface Contents {
  /** MiB of `big.bin`; `quarter.bin` has a quarter of them. */
  readonly size: number;
  /** Files of 4 KiB in `small`. */
  readonly files: number;
  /** Empty files in folders of their own, `list-N`. */
  readonly lists: readonly number[];
  /** Files in the folders of `tree`, a hundred in each. */
  readonly tree: number;
}

const MEBIBYTE = 1024 * 1024;
/** Octets of a file in `small`. */
const SMALL = 4096;
const FILES_PER_FOLDER = 100;
const OWNER = 52_120;
const TLS_CONFIGURATION = `openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = only
[only]
Ciphersuites = TLS_AES_256_GCM_SHA384
`;
/** Old enough that no listing calls it recent, young enough that LIST shows minutes. */
const TREE_AGE_MS = 30 * 24 * 3_600_000;

/** A temporary folder with one tree that all servers serve, their configurations beside it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinport-bench-'));
  /** What is served: big.bin, small/, list-N/, tree/ and in/, into which anybody may upload. */
  readonly root = join(this.folder, 'files');
  readonly big = join(this.root, 'big.bin');
  readonly uploads = join(this.root, 'in');
  /** Nothing is in it. */
  readonly empty = join(this.folder, 'empty');
  /** The load generator's configuration of OpenSSL: the cipher that all measures in TLS are taken with. */
  readonly tlsConfiguration = join(this.folder, 'openssl.cnf');
  /** The number of the user that the peers serve files as. */
  readonly owner = OWNER;
  /** PEM, key and certificate. */
  readonly certificate = join(this.folder, 'certificate.pem');

  constructor(contents: Contents) {
    chmodSync(this.folder, 0o755); // the peers give up root
    mkdirSync(this.empty);
    for (const name of ['small', 'tree', 'in']) mkdirSync(join(this.root, name), { recursive: true });
    if (process.getuid?.() === 0) chownSync(this.uploads, this.owner, this.owner);
    fill(this.big, contents.size);
    fill(join(this.root, 'quarter.bin'), quarterOf(contents.size));
    for (let index = 0; index < contents.files; index += 1)
      writeFileSync(join(this.root, 'small', `${index}.bin`), Buffer.alloc(SMALL, `${index} `));
    for (const entries of contents.lists) plantList(join(this.root, `list-${entries}`), entries);
    plantTree(join(this.root, 'tree'), contents.tree);
    createCertificate(this.certificate);
    writeFileSync(this.tlsConfiguration, TLS_CONFIGURATION);
    if (existsSync('/etc/passwd')) writeAccounts(this);
  }

  /** Removes what was uploaded. */
  clear(): void {
    for (const name of readdirSync(this.uploads)) rmSync(join(this.uploads, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** MiB of `quarter.bin`. */
export function quarterOf(size: number): number {
  return Math.max(1, Math.floor(size / 4));
}

/** No mebibyte is like another, so that one in the wrong place is noticed. */
function fill(file: string, mebibytes: number): void {
  const fd = openSync(file, 'w');
  const chunk = randomBytes(MEBIBYTE);
  for (let index = 0; index < mebibytes; index += 1) {
    chunk.writeUInt32BE(index);
    writeSync(fd, chunk);
  }
  closeSync(fd);
}

/** Files of different times, none of them a whole minute. */
function plantTree(root: string, files: number): void {
  const first = Math.floor((Date.now() - TREE_AGE_MS) / 60_000) * 60_000;
  for (let index = 0; index < files; index += 1) {
    const folder = join(root, String(Math.floor(index / FILES_PER_FOLDER)));
    if (index % FILES_PER_FOLDER === 0) mkdirSync(folder);
    const file = join(folder, `${index}.txt`);
    writeFileSync(file, `file ${index}\n`);
    const time = new Date(first + index * 60_000 + 17_000);
    utimesSync(file, time, time);
  }
}

function plantList(folder: string, entries: number): void {
  mkdirSync(folder);
  for (let index = 0; index < entries; index += 1) closeSync(openSync(join(folder, `entry ${index}.txt`), 'w'));
}

function createCertificate(file: string): void {
  const options = [
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-keyout',
    file,
    '-out',
    `${file}.crt`,
  ];
  execFileSync('openssl', ['req', '-x509', ...options], { stdio: 'ignore' });
  writeFileSync(file, readFileSync(`${file}.crt`), { flag: 'a' });
}
