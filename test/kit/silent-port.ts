import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';

/** Listens, and then does nothing for good: the kernel completes as many connections as the backlog holds. */
const LISTENER = `
const server = require('node:net').createServer();
server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port) + '\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;
/** More than enough to fill a backlog of 1; those that are over it never connect. */
const FILLERS = 4;

/** A port that answers nothing at all, as one behind a firewall that drops. */
export class SilentPort {
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #fillers: readonly Socket[];

  private constructor(port: number, process: ChildProcess) {
    this.port = port;
    this.#process = process;
    this.#fillers = Array.from({ length: FILLERS }, () => net.connect(port, '127.0.0.1').on('error', () => {}));
  }

  static async open(): Promise<SilentPort> {
    const process = spawn(globalThis.process.execPath, ['-e', LISTENER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(process.stdout, 'data')) as [Buffer];
    const silent = new SilentPort(Number(line), process);
    await silent.#filled();
    return silent;
  }

  close(): void {
    for (const filler of this.#fillers) filler.destroy();
    this.#process.kill('SIGKILL');
  }

  /** The backlog is full once two are in it. */
  async #filled(): Promise<void> {
    const connected = this.#fillers.slice(0, 2).map((filler) => once(filler, 'connect'));
    await Promise.all(connected);
  }
}
