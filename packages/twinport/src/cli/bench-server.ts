import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { type Client, type ConnectOptions, FtpError, type RemoteEntry, createPool } from '@twinport/ftp/client';
import { resolveRemote } from '../sites/index.js';
import { count, formatRate, formatSize } from './amounts.js';
import type { BenchFlags } from './bench.js';
import type { CommandRun } from './command-run.js';
import { DEFAULT_PARALLEL } from './shared-flags.js';

const LOGINS = 10;
const NOOPS = 500;
const SMALL = Buffer.alloc(4096, 'twinport');
const CHUNK = Buffer.alloc(256 * 1024, 'twinport');
const CLEANUP_MS = 30_000;
const NAME_WIDTH = 44;

type Mode = 'passive' | 'active';

/** What a measure gives: `value` in `unit`, and details of its own. */
interface Measured {
  readonly value: number;
  readonly unit: 'ms' | 'octets/s' | 'files/s' | 'entries/s';
  readonly [detail: string]: number | string;
}

/** Measures one server, each thing until it is done or the time is up. */
export class ServerBench {
  readonly #run: CommandRun;
  readonly #flags: BenchFlags;
  readonly #clients = new Set<Client>();

  constructor(run: CommandRun, flags: BenchFlags) {
    this.#run = run;
    this.#flags = flags;
  }

  async measure(text: string): Promise<void> {
    const { options, path } = await resolveRemote(text, this.#flags);
    try {
      await this.#login(options);
      const client = this.#client(options, 1);
      await this.#noop(client);
      const file = await this.#fileAt(client, path);
      if (file) await this.#large(options, file.path, file.size);
      else await this.#inFolder(options, client, path);
    } finally {
      await Promise.all([...this.#clients].map((each) => each.close()));
    }
  }

  #client(options: ConnectOptions, maxConnections: number): Client {
    const client = createPool(options, { maxConnections });
    this.#run.watch(client);
    this.#clients.add(client);
    return client;
  }

  async #fileAt(client: Client, path: string): Promise<RemoteEntry | undefined> {
    if (path === '' || path.endsWith('/')) return undefined;
    const entry = await client.stat(path, { signal: this.#run.signal });
    return entry.type === 'directory' ? undefined : entry;
  }

  async #inFolder(options: ConnectOptions, client: Client, path: string): Promise<void> {
    const { home } = await client.info({ signal: this.#run.signal });
    const above = path.startsWith('/') ? path : `${home.replace(/\/$/, '')}/${path}`;
    const folder = `${above.replace(/\/$/, '')}/twinport-bench-${randomBytes(4).toString('hex')}`;
    let refused = false;
    try {
      refused = !(await this.#makeFolder(client, folder));
      if (refused) return await this.#listing(client, above);
      await this.#large(options, `${folder}/large`, undefined);
      await this.#small(client, folder, 1);
      const connections = this.#flags.parallel ?? DEFAULT_PARALLEL;
      if (connections > 1) await this.#small(this.#client(options, connections), folder, connections);
      await this.#listing(client, folder);
    } finally {
      // Also after Ctrl-C, which has aborted all other calls: perhaps the one that made the folder.
      const signal = AbortSignal.timeout(CLEANUP_MS);
      if (!refused) await client.remove(folder, { recursive: true, force: true, signal });
    }
  }

  async #makeFolder(client: Client, folder: string): Promise<boolean> {
    try {
      await client.makeDirectory(folder, { signal: this.#run.signal });
      return true;
    } catch (error) {
      if (!(error instanceof FtpError) || !['PERMISSION', 'REPLY', 'UNSUPPORTED'].includes(error.code)) throw error;
      this.#run.screen.say(`twinport: nothing can be written there (${error.message}): name a file to have it read`);
      return false;
    }
  }

  /** With all that belongs to a connection before the first command: TLS, FEAT. */
  async #login(options: ConnectOptions): Promise<void> {
    const times: number[] = [];
    const late = this.#deadline();
    do {
      const client = this.#client(options, 1);
      const start = performance.now();
      await client.info({ signal: this.#run.signal });
      times.push(performance.now() - start);
      await client.close();
      this.#clients.delete(client);
    } while (times.length < LOGINS && performance.now() < late);
    await this.#tell('login', { ...latencies(times), unit: 'ms' });
  }

  async #noop(client: Client): Promise<void> {
    const { signal } = this.#run;
    const times: number[] = [];
    const late = this.#deadline();
    await client.session(
      async (session) => {
        do {
          const start = performance.now();
          await session.command('NOOP', { signal });
          times.push(performance.now() - start);
        } while (times.length < NOOPS && performance.now() < late);
      },
      { signal },
    );
    await this.#tell('NOOP', { ...latencies(times), unit: 'ms' });
  }

  /** Up and down, or only down what is there already, in each mode that the flags leave. */
  async #large(options: ConnectOptions, path: string, there: number | undefined): Promise<void> {
    const { active, passive } = this.#flags;
    const modes: readonly Mode[] = active ? ['active'] : passive ? ['passive'] : ['passive', 'active'];
    const failures: unknown[] = [];
    for (const mode of modes) {
      const client = this.#client({ ...options, data: { ...options.data, mode } }, 1);
      try {
        if (there === undefined) await this.#tell(`upload, ${mode}`, await this.#upload(client, path), { mode });
        await this.#tell(`download, ${mode}`, await this.#download(client, path), { mode });
      } catch (error) {
        if (!(error instanceof FtpError) || error.code !== 'DATA_CONNECTION') throw error;
        failures.push(error);
        this.#run.screen.say(`twinport: ${mode} mode does not work: twinport doctor says why`);
      }
    }
    if (failures.length === modes.length) throw failures[0];
  }

  async #upload(client: Client, path: string): Promise<Measured> {
    const start = performance.now();
    const late = this.#deadline();
    let octets = 0;
    const { size } = this.#flags;
    async function* content(): AsyncGenerator<Uint8Array> {
      while (octets < size && (octets === 0 || performance.now() < late)) {
        const chunk = CHUNK.subarray(0, size - octets);
        octets += chunk.length;
        yield chunk;
      }
    }
    await client.put(content(), path, { signal: this.#run.signal });
    return rateOf(octets, start);
  }

  async #download(client: Client, path: string): Promise<Measured> {
    let octets = 0;
    const target = new Writable({
      write(chunk: Buffer, _encoding, done) {
        octets += chunk.length;
        done();
      },
    });
    const start = performance.now();
    await this.#inTime(async (signal) => {
      await client.get(path, target, { signal });
    });
    if (octets === 0) throw new FtpError('TIMEOUT', `nothing came in ${this.#flags.seconds} s`, { path });
    return rateOf(octets, start);
  }

  /** What has come when the time is up is enough. */
  async #inTime(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = AbortSignal.timeout(this.#flags.seconds * 1000);
    try {
      await work(AbortSignal.any([this.#run.signal, late]));
    } catch (error) {
      if (!late.aborted || this.#run.signal.aborted) throw error;
    }
  }

  /** Every connection takes the next file. The files stay, for the listing. */
  async #small(client: Client, folder: string, connections: number): Promise<void> {
    const names = Array.from({ length: this.#flags.files }, (_, index) => `${folder}/${connections}-${index}`);
    const options = { signal: this.#run.signal, verify: 'none' } as const;
    const where = connections === 1 ? '1 connection' : `${connections} connections`;
    const sent = await this.#each(names, connections, (name) => client.put(SMALL, name, options));
    await this.#tell(`4 KiB files up, ${where}`, sent.measured, { connections });
    const fetched = await this.#each(names.slice(0, sent.files), connections, (name) =>
      client.get(name, sink(), options),
    );
    await this.#tell(`4 KiB files down, ${where}`, fetched.measured, { connections });
  }

  async #each(
    names: readonly string[],
    connections: number,
    move: (name: string) => Promise<unknown>,
  ): Promise<{ readonly files: number; readonly measured: Measured }> {
    const start = performance.now();
    const late = this.#deadline();
    const left = names.values();
    let files = 0;
    const work = async (): Promise<void> => {
      for (const name of left) {
        await move(name);
        files += 1;
        if (performance.now() > late) return;
      }
    };
    await Promise.all(Array.from({ length: connections }, work));
    return { files, measured: { value: perSecond(files, start), unit: 'files/s', files } };
  }

  async #listing(client: Client, folder: string): Promise<void> {
    const start = performance.now();
    let entries = 0;
    await this.#inTime(async (signal) => {
      for await (const _ of client.list(folder, { signal })) entries += 1;
    });
    await this.#tell('listing', { value: perSecond(entries, start), unit: 'entries/s', entries });
  }

  #deadline(): number {
    return performance.now() + this.#flags.seconds * 1000;
  }

  async #tell(
    name: string,
    measured: Measured,
    details: Readonly<Record<string, number | string>> = {},
  ): Promise<void> {
    const [measure] = name.split(',');
    await this.#run.out.item(
      { measure, ...details, ...measured },
      () => `${name.padEnd(NAME_WIDTH)}${inWords(measured)}\n`,
    );
    this.#run.succeed();
  }
}

function sink(): Writable {
  return new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
}

function latencies(times: readonly number[]): {
  readonly value: number;
  readonly p99: number;
  readonly samples: number;
} {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { value: at(0.5), p99: at(0.99), samples: sorted.length };
}

function rateOf(octets: number, start: number): Measured {
  return { value: perSecond(octets, start), unit: 'octets/s', octets };
}

function perSecond(amount: number, start: number): number {
  return (amount * 1000) / (performance.now() - start);
}

function inWords({ value, unit, ...details }: Measured): string {
  switch (unit) {
    case 'ms':
      return `${value.toFixed(2)} ms, p99 ${Number(details['p99']).toFixed(2)} ms`;
    case 'octets/s':
      return `${formatRate(value)} (${formatSize(Number(details['octets']))})`;
    case 'files/s':
      return `${Math.round(value)} files/s`;
    case 'entries/s':
      return `${Math.round(value)} entries/s (${count(Number(details['entries']), 'entry', 'entries')})`;
  }
}
