import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from './foreign-server.js';

/**
 * Runs as process 1 of its own process namespace, in its own mount namespace: what it mounts nobody else sees, and what it starts ends
 * with it. It ends when the server does, or when its stdin does, however this process has come to its end: then the folder goes too.
 */
const SCRIPT = `
folder=$1; shift
(cd "$folder/etc" && find . -type f) | while read -r file; do mount --bind "$folder/etc/$file" "/etc/$file" || exit; done || exit
exec 3<&0
cat <&3 >/dev/null & lifeline=$!
# vsftpd complains on its stdin; it is no socket, which Pure-FTPd would take for a client.
"$@" 3<&- 0<>"$folder/logs/output" >&0 2>&0 &
wait -n -p ended; status=$?
kill -KILL -1
if [ "$ended" = "$lifeline" ]; then rm -rf -- "$folder"; fi
exit "$status"
`;
const STOP_MS = 5_000;

/** A server with an `/etc` and processes of its own. What it prints goes to `logs/output` in its folder. */
export class PrivateMachine {
  /** What went wrong before the server ran. */
  output = '';
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  /** Starts the server. `folder` is its own, and removed when it is stopped. */
  constructor(folder: string, { command, args, env, etc = {} }: Command, namespace?: string) {
    for (const [name, text] of Object.entries(etc)) {
      const file = join(folder, 'etc', name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text, { mode: name === 'shadow' ? 0o600 : 0o644 });
    }
    const machine = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const [first = '', ...rest] = namespace === undefined ? machine : ['ip', 'netns', 'exec', namespace, ...machine];
    this.#child = spawn(first, [...rest, 'bash', '-c', SCRIPT, 'bash', folder, command, ...args], {
      stdio: 'pipe',
      env: { ...process.env, ...env },
    });
    this.#child.stdin?.on('error', () => {}); // it may have ended
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.#child.on('error', (error) => (this.output += `${error.message}\n`));
    this.#closed = once(this.#child, 'close').catch(() => {}); // it could not be started: output says so
  }

  /** Whether somebody in its network listens there. To connect would do as well, but a server may count that as a client for a while. */
  listensOn(port: number): boolean {
    const { pid } = this.#child;
    if (!this.running) return false;
    const sockets = ['tcp', 'tcp6'].map((kind) => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')).join('');
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
    return new RegExp(`^ *\\d+: [0-9A-F]+:${hexadecimal} [0-9A-F]+:0000 0A `, 'm').test(sockets);
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when all its processes are gone. */
  async stop(): Promise<void> {
    this.#child.stdin?.end();
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await this.#closed;
    clearTimeout(late);
  }
}
