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

/** What every measure finds in the folder. */
export interface Contents {
  /** MiB of `big.bin`; `quarter.bin` has a quarter of them. */
  readonly size: number;
  /** Files of 4 KiB in `small`. */
  readonly files: number;
  /** Empty files in `list`. */
  readonly entries: number;
  /** Files in the folders of `tree`, a hundred in each. */
  readonly tree: number;
}

const MEBIBYTE = 1024 * 1024;
/** Octets of a file in `small`. */
const SMALL = 4096;
const FILES_PER_FOLDER = 100;
/** Old enough that no listing calls it recent, young enough that LIST shows minutes. */
const TREE_AGE_MS = 30 * 24 * 3_600_000;

/** A temporary folder with one tree that all servers serve, their configurations beside it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinport-bench-'));
  /** What is served: big.bin, small/, list/, tree/ and in/, into which anybody may upload. */
  readonly root = join(this.folder, 'files');
  /** PEM, key and certificate. */
  readonly certificate = join(this.folder, 'certificate.pem');
  readonly #in = join(this.root, 'in');

  constructor(contents: Contents) {
    chmodSync(this.folder, 0o755); // the peers give up root
    for (const name of ['small', 'list', 'tree', 'in']) mkdirSync(join(this.root, name), { recursive: true });
    const ftp = idOfUser('ftp');
    if (ftp && process.getuid?.() === 0) chownSync(this.#in, ftp.uid, ftp.gid);
    fill(join(this.root, 'big.bin'), contents.size);
    fill(join(this.root, 'quarter.bin'), quarterOf(contents.size));
    for (let index = 0; index < contents.files; index += 1)
      writeFileSync(join(this.root, 'small', `${index}.bin`), Buffer.alloc(SMALL, `${index} `));
    for (let index = 0; index < contents.entries; index += 1)
      writeFileSync(join(this.root, 'list', `entry ${index}.txt`), '');
    plantTree(join(this.root, 'tree'), contents.tree);
    createCertificate(this.certificate);
  }

  /** Removes what was uploaded. */
  empty(): void {
    for (const name of readdirSync(this.#in)) rmSync(join(this.#in, name));
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

function idOfUser(name: string): { readonly uid: number; readonly gid: number } | undefined {
  if (!existsSync('/etc/passwd')) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid !== undefined && gid !== undefined ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
