import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Contestant } from './contestants.js';
import { type ProcessorTimes, processorTimesOf } from './processor-times.js';

const START_MS = 10_000;
const STOP_MS = 3_000;

/** A contestant that listens. */
export class RunningServer {
  readonly name: string;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(name: string, port: number, child: ChildProcess) {
    this.name = name;
    this.port = port;
    this.#child = child;
  }

  /** Rejects, and leaves nothing running, when it does not greet. */
  static async start({ name, command, args, env }: Contestant, port: number): Promise<RunningServer> {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
    const server = new RunningServer(name, port, child);
    const until = Date.now() + START_MS;
    while (!(await greets(port))) {
      if (child.exitCode !== null || Date.now() > until) {
        await server.stop();
        throw new Error(`${name} did not start`);
      }
      await wait(50);
    }
    return server;
  }

  /** KiB of this process and those below it: their share of the memory they have (PSS). */
  memory(): number {
    return processTree(this.#child.pid ?? 0).reduce((sum, pid) => sum + proportionalSize(pid), 0);
  }

  /** What its processes have used so far. */
  processorTimes(): ProcessorTimes {
    return processorTimesOf(processTree(this.#child.pid ?? 0));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    for (const pid of processTree(this.#child.pid ?? 0).toReversed()) signal(pid, 'SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS);
    await gone;
    clearTimeout(late);
  }
}

/** A port nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const listener = net.createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.setTimeout(START_MS, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(bytes.toString().startsWith('220'));
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}

/** The process and all below it. */
function processTree(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(processTree)];
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // it has ended
  }
}

function proportionalSize(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0; // it has ended
  }
}
