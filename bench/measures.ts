import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RunningServer } from './process.js';
import { type Contents, type Workspace, quarterOf } from './workspace.js';

const run = promisify(execFile);
const client = fileURLToPath(new URL('../client.py', import.meta.url));
/** Fewer where a server is slow to let them in. */
const IDLE_SESSIONS = 800;
const LONGEST_MS = 120_000;

export interface Measure {
  readonly name: string;
  readonly title: string;
  measure(server: RunningServer, contents: Contents, workspace: Workspace): Promise<number>;
}

/** One measure of client.py. */
function byClient(name: string, title: string): Measure {
  return {
    name,
    title,
    async measure({ port }, { size, files, entries }) {
      const args = [client, name, String(port), `size=${size}`, `files=${files}`, `entries=${entries}`];
      const { stdout } = await run('python3', args, { timeout: LONGEST_MS });
      return Number(stdout);
    },
  };
}

/** With `quarter.bin`, since some peers need many seconds for the large file in TLS. */
function byCurl(name: string, title: string, direction: 'down' | 'up'): Measure {
  return {
    name,
    title,
    async measure({ port }, { size }, { root }) {
      const url = `ftp://anonymous:bench%40example.org@127.0.0.1:${port}`;
      const file = `${root}/quarter.bin`;
      const transfer =
        direction === 'down' ? ['-o', '/dev/null', `${url}/quarter.bin`] : ['-T', file, `${url}/in/curl.bin`];
      const args = ['-sS', '-k', '--ssl-reqd', '-w', '\n%{time_total} %{time_pretransfer}', ...transfer];
      const { stdout } = await run('curl', args, { timeout: LONGEST_MS });
      const [total = 0, before = 0] = stdout.trim().split(/\s/).slice(-2).map(Number);
      return (quarterOf(size) * 1.048576) / (total - before);
    },
  };
}

const memory: Measure = {
  name: 'memory',
  title: 'memory of an idle session, KiB',
  async measure(server) {
    const before = server.memory();
    const holder = spawn('python3', [client, 'memory', String(server.port), `sessions=${IDLE_SESSIONS}`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(holder, 'exit');
    try {
      const ready = once(createInterface({ input: holder.stdout }), 'line', {
        signal: AbortSignal.timeout(LONGEST_MS),
      });
      const [count] = await Promise.race([
        ready,
        ended.then(() => Promise.reject(new Error('the client could not log in'))),
      ]);
      return (server.memory() - before) / Number(count);
    } finally {
      holder.stdin.end();
      await ended;
    }
  },
};

export const MEASURES: readonly Measure[] = [
  memory, // before the others have grown anybody's heap
  byClient('download', 'download of a large file, MB/s'),
  byClient('upload', 'upload of a large file, MB/s'),
  byClient('small-download', 'downloads of 4 KiB files, files/s'),
  byClient('small-upload', 'uploads of 4 KiB files, files/s'),
  byClient('list', 'LIST of a large directory, entries/s'),
  byClient('mlsd', 'MLSD of a large directory, entries/s'),
  byClient('noop', 'NOOP one at a time, commands/s'),
  byClient('login', 'anonymous logins/s'),
  byCurl('tls-download', 'download in TLS by curl, MB/s', 'down'),
  byCurl('tls-upload', 'upload in TLS by curl, MB/s', 'up'),
];
