import { execFileSync } from 'node:child_process';
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
}

/** A temporary folder with one tree that all servers serve, their configurations beside it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'twinport-bench-'));
  /** What is served: big.bin, small/, list/ and in/, into which anybody may upload. */
  readonly root = join(this.folder, 'files');
  /** PEM, key and certificate. */
  readonly certificate = join(this.folder, 'certificate.pem');
  readonly #in = join(this.root, 'in');

  constructor(contents: Contents) {
    chmodSync(this.folder, 0o755); // the peers give up root
    for (const name of ['small', 'list', 'in']) mkdirSync(join(this.root, name), { recursive: true });
    const ftp = idOfUser('ftp');
    if (ftp && process.getuid?.() === 0) chownSync(this.#in, ftp.uid, ftp.gid);
    fill(join(this.root, 'big.bin'), contents.size);
    fill(join(this.root, 'quarter.bin'), quarterOf(contents.size));
    for (let index = 0; index < contents.files; index += 1)
      writeFileSync(join(this.root, 'small', `${index}.bin`), Buffer.alloc(4096, index));
    for (let index = 0; index < contents.entries; index += 1)
      writeFileSync(join(this.root, 'list', `entry ${index}.txt`), '');
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

function fill(file: string, mebibytes: number): void {
  const fd = openSync(file, 'w');
  const chunk = Buffer.alloc(1024 * 1024, 'twinport');
  for (let index = 0; index < mebibytes; index += 1) writeSync(fd, chunk);
  closeSync(fd);
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
