import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { recordMissing } from './peers.js';

const DEBIAN = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** Where its programs are: not in PATH on Debian. */
function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  return versions.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

export function missingPostgres(): string | false {
  if (programs() !== undefined) return false;
  recordMissing('postgresql');
  return 'postgresql is not installed (npm run peers)';
}

/** A PostgreSQL of its own, which can be reached by a socket in its folder alone. */
export class Postgres {
  readonly #folder: string;
  readonly #process: ChildProcess;
  #made = 0;

  private constructor(folder: string, process: ChildProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  /** To be stopped. */
  static async start(): Promise<Postgres> {
    const folder = await mkdtemp(join(tmpdir(), 'twinport-postgres-'));
    const bin = programs() ?? '';
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    const data = join(folder, 'data');
    const options = ['-D', data, '-U', 'twinport', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    execFileSync(join(bin, 'initdb'), options, { ...as, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const server = [join(bin, 'postgres'), '-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'];
    const user = isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    // It ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig=INT', ...user, ...server], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await ready(child.stderr);
    return new Postgres(folder, child);
  }

  /** The URL of a new database with nothing in it. */
  create(): string {
    const name = `test${++this.#made}`;
    const bin = programs() ?? '';
    execFileSync(join(bin, 'createdb'), ['-h', this.#folder, '-U', 'twinport', name]);
    return `postgres:///${name}?host=${this.#folder}&user=twinport`;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      const closed = once(this.#process, 'close');
      this.#process.kill('SIGINT'); // its fast shutdown
      await closed;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function ready(stderr: Readable): Promise<void> {
  let said = '';
  stderr.setEncoding('utf8');
  while (!said.includes('ready to accept connections')) {
    const [text] = await Promise.race([once(stderr, 'data'), once(stderr, 'end')]);
    if (text === undefined) throw new Error(`PostgreSQL did not start: ${said}`);
    said += text;
  }
  stderr.resume();
}
