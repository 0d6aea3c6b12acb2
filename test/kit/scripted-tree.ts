import { posix } from 'node:path';

export const FILE_TEXT = 'The quick brown fox jumps over the lazy dog.\n';
export const BIG_SIZE = 1024 * 1024;
const MODIFIED = '20200131120000';

/** The content of `/big.bin`: every octet tells where it is. */
export function bigContent(size = BIG_SIZE): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, at) => (at ^ (at >> 8) ^ (at >> 16)) & 0xff));
}

let big: Buffer | undefined;

/** The files of a scripted server, shared by its sessions: `/file.txt`, `/big.bin` and the empty folder `/folder`. */
export class ScriptedTree {
  readonly files: Map<string, Buffer>;
  readonly folders = new Set(['/', '/folder']);

  constructor(files: Readonly<Record<string, string>> = {}) {
    big ??= bigContent();
    this.files = new Map([
      ['/file.txt', Buffer.from(FILE_TEXT)],
      ['/big.bin', big],
    ]);
    for (const [path, text] of Object.entries(files)) this.files.set(path, Buffer.from(text));
  }

  has(path: string): boolean {
    return this.files.has(path) || this.folders.has(path);
  }

  /** Writes at the offset, cutting off what was behind. */
  store(path: string, offset: number, bytes: Uint8Array): void {
    const kept = (this.files.get(path) ?? Buffer.alloc(0)).subarray(0, offset);
    this.files.set(path, Buffer.concat([kept, bytes]));
  }

  rename(from: string, to: string): void {
    const file = this.files.get(from);
    if (file) this.files.set(to, file);
    else this.folders.add(to);
    this.remove(from);
  }

  remove(path: string): void {
    this.files.delete(path);
    this.folders.delete(path);
  }

  modified(): string {
    return MODIFIED;
  }

  children(folder: string): readonly string[] {
    return [...this.folders, ...this.files.keys()].filter((path) => path !== '/' && posix.dirname(path) === folder);
  }

  facts(path: string, name: string): string {
    const file = this.files.get(path);
    return `type=${file ? 'file' : 'dir'};${file ? `size=${file.length};` : ''}modify=${MODIFIED}; ${name}`;
  }

  machineListing(folder: string): string {
    return this.children(folder)
      .map((path) => `${this.facts(path, posix.basename(path))}\r\n`)
      .join('');
  }

  unixListing(path: string): string {
    const paths = this.files.has(path) ? [path] : this.children(path);
    return paths.map((each) => `${this.#unixLine(each)}\r\n`).join('');
  }

  #unixLine(path: string): string {
    const file = this.files.get(path);
    const size = String(file?.length ?? 4096).padStart(8);
    return `${file ? '-rw-r--r--' : 'drwxr-xr-x'} 1 user group ${size} Jan 31 2020 ${posix.basename(path)}`;
  }
}
