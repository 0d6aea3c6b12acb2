import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { CaptureReader, type SessionSummary, type Timeline, TraceBuilder } from '@twinport/ftp/firewall';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';
import type { CommandRun } from './command-run.js';
import { type DrawingFlags, deliver } from './drawing-output.js';

/** After so long without a packet a session waits for nothing any more. */
const QUIET_MS = 3_000;
const LOOK_MS = 1_000;

/** Captures with tcpdump until Ctrl-C. */
export async function followInterface(run: CommandRun, name: string, flags: DrawingFlags): Promise<void> {
  const follower = new Follower(run, name, flags);
  const tcpdump = spawn('tcpdump', ['-i', name, '-U', '-w', '-', 'tcp'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void tcpdump.kill('SIGINT');
  run.signal.addEventListener('abort', stop);
  const timer = setInterval(() => follower.look(), LOOK_MS);
  try {
    await Promise.all([follower.read(tcpdump.stdout), endOf(tcpdump, run)]);
    await follower.finish();
  } finally {
    clearInterval(timer);
    run.signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Throws where it did not end because it was told to. */
async function endOf(tcpdump: ChildProcessByStdio<null, Readable, Readable>, run: CommandRun): Promise<void> {
  let last = '';
  tcpdump.stderr.setEncoding('utf8').on('data', (text: string) => {
    last = text.trim().split('\n').at(-1) ?? '';
    if (text.includes('listening on')) run.screen.say('capturing; Ctrl-C ends it');
  });
  try {
    await once(tcpdump, 'close');
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? new UsageFault('--follow needs tcpdump, which is not installed') : error;
  }
  if (run.signal.aborted) return;
  const root = process.getuid?.() === 0 ? '' : '; capturing needs root';
  throw new UsageFault(`tcpdump ended: ${last}${root}`);
}

/** Draws each negotiation of a data connection once it is over; what goes to a file or needs a file is drawn at the end. */
class Follower {
  readonly #run: CommandRun;
  readonly #flags: DrawingFlags;
  readonly #live: boolean;
  readonly #vantage: { readonly name: string };
  readonly #trace = new TraceBuilder();
  /** Of each session how many have been drawn. */
  readonly #drawn = new Map<number, number>();
  /** Of sessions that have fallen silent: when, as far as they have been looked at. */
  readonly #silentSince = new Map<number, number>();
  readonly #kept: Timeline[] = [];
  #work = Promise.resolve();

  constructor(run: CommandRun, name: string, flags: DrawingFlags) {
    this.#run = run;
    this.#flags = flags;
    this.#vantage = { name };
    this.#live = flags.output === undefined && flags.format !== 'svg' && flags.format !== 'html';
  }

  async read(packets: Readable): Promise<void> {
    const reader = new CaptureReader();
    for await (const chunk of packets as AsyncIterable<Uint8Array>) {
      for (const packet of reader.push(chunk)) this.#trace.add(this.#vantage, packet);
    }
  }

  look(): void {
    this.#work = this.#work.then(() => this.#draw(Date.now() - QUIET_MS));
    this.#work.catch((error: unknown) => this.#run.stop(error));
  }

  async finish(): Promise<void> {
    await this.#work;
    await this.#draw(Number.POSITIVE_INFINITY);
    if (this.#kept.length > 0) await deliver(this.#run, this.#kept, this.#flags);
    for (const note of this.#trace.notes()) this.#run.screen.say(`twinport: ${note}`);
  }

  async #draw(quietBefore: number): Promise<void> {
    for (const session of this.#trace.sessions()) {
      const over = this.#over(session, quietBefore);
      if (over.length === 0) continue;
      this.#drawn.set(session.id, (this.#drawn.get(session.id) ?? 0) + over.length);
      if (this.#live) await deliver(this.#run, over, this.#flags);
      else this.#kept.push(...over);
    }
  }

  /** Those that have not been drawn, and will not change: they have worked, another one follows, or nothing comes any more. */
  #over({ id, endedAt }: SessionSummary, quietBefore: number): readonly Timeline[] {
    if (this.#silentSince.get(id) === endedAt) return [];
    const quiet = endedAt < quietBefore;
    if (quiet) this.#silentSince.set(id, endedAt);
    const timelines = this.#trace.timelines(id);
    const last = timelines.at(-1)?.conclusion.outcome;
    const open = quiet || last === 'ok' ? timelines.length : timelines.length - 1;
    return timelines.slice(this.#drawn.get(id) ?? 0, open);
  }
}
