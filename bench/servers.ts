import { CEILING, type Contestant, OURS, PEERS, WORKERS, ceiling, twinport, twinportWorkers } from './contestants.js';
import { type Bench, LISTS, MEASURES, type Measure } from './measures.js';
import type { Options } from './options.js';
import { RunningServer, freePort } from './process.js';
import type { Section } from './report.js';
import { type Result, resultOf } from './row.js';
import { type Participant, Turns, progress } from './rounds.js';
import { Workspace } from './workspace.js';

const FILES = 500;
/** The ceiling is no contestant: it is enough to see it. */
const CEILING_ROUNDS = 2;
const SHORT = { idle: 40, many: 40 } as const;
const LONG = { idle: 5_000, many: 10_000 } as const;
/** In a short run lists have so many times fewer entries. */
const SHORTER = 100;

/** Our server beside the others. */
export async function compareServers(options: Options): Promise<Section> {
  const measures = MEASURES.filter(({ name, rows }) => isChosen(options, [name, ...rows.map((row) => row.name)]));
  const lists = LISTS.map((list) => (options.short ? Math.max(1, list / SHORTER) : list));
  const planted = lists.filter((_, index) => measures.some(({ list }) => list === LISTS[index]));
  const workspace = new Workspace({ size: options.size, files: FILES, lists: planted, tree: 0 });
  const bench: Bench = {
    workspace,
    contents: { size: options.size, files: FILES, lists, tree: 0 },
    amounts: options.short ? SHORT : LONG,
    pace: options.short ? 0.1 : 1,
    check: options.short,
    stop: options.stop,
  };
  try {
    return await new Servers(bench, options).compare(measures);
  } finally {
    workspace.remove();
  }
}

function isChosen({ only }: Options, names: readonly string[]): boolean {
  return only === undefined || names.some((name) => only.includes(name));
}

type Make = (workspace: Workspace, port: number) => Contestant | undefined;

interface Entrant extends Participant {
  readonly make: Make;
  readonly running: RunningServer;
}

/** All servers that can run here, started. */
class Servers {
  readonly #bench: Bench;
  readonly #options: Options;
  readonly #entrants: Entrant[] = [];
  readonly #running = new Set<RunningServer>();

  constructor(bench: Bench, options: Options) {
    this.#bench = bench;
    this.#options = options;
  }

  async compare(measures: readonly Measure[]): Promise<Section> {
    const turns = new Turns(this.#options);
    const onStop = (): void => void this.#stopAll();
    this.#options.stop.addEventListener('abort', onStop);
    try {
      await this.#enter(turns);
      const results: Result[] = [];
      for (const measure of measures) results.push(...(await this.#measure(measure, turns)));
      progress('');
      const contestants = this.#entrants.map(({ name }) => name);
      return { title: 'Servers', contestants, results, failures: turns.failures };
    } finally {
      this.#options.stop.removeEventListener('abort', onStop);
      await this.#stopAll();
    }
  }

  async #measure(measure: Measure, turns: Turns): Promise<readonly Result[]> {
    const able = this.#entrants.filter(({ name }) => measure.of?.(name) ?? true);
    const turn = { name: measure.name, warmUp: !measure.fresh && !this.#options.short };
    const samples = await turns.take(turn, able, (entrant) => this.#take(measure, entrant));
    return measure.rows.map((row, index) => {
      const having = [...samples].filter(([name]) => row.ofServers !== true || name !== CEILING);
      return resultOf(row, new Map(having.map(([name, each]) => [name, each.map((values) => values[index] ?? 0)])));
    });
  }

  async #take(measure: Measure, { make, running }: Entrant): Promise<readonly number[] | undefined> {
    const server = measure.fresh ? await this.#start(make) : running;
    if (server === undefined) return undefined;
    try {
      return await measure.take(server, this.#bench);
    } finally {
      if (measure.fresh) await this.#stop(server);
      this.#bench.workspace.clear();
    }
  }

  /** Ours first, and the ceiling last. Peers give up root for another user, so without root there are none. */
  async #enter(turns: Turns): Promise<void> {
    const { peers, nodeOptions } = this.#options;
    const root = process.getuid?.() === 0;
    if (!root) progress('not root: no peers\n');
    const rivals = Object.entries(PEERS).filter(([name]) => root && (peers?.includes(name) ?? true));
    const all: readonly (readonly [string, Make, number?])[] = [
      [OURS, (workspace, port) => twinport(workspace, port, nodeOptions)],
      [WORKERS, twinportWorkers],
      ...rivals,
      [CEILING, ceiling, CEILING_ROUNDS],
    ];
    for (const [name, make, rounds] of all) {
      try {
        const running = await this.#start(make);
        if (running) this.#entrants.push({ name, make, running, ...(rounds !== undefined && { rounds }) });
        else progress(`${name} is not installed\n`);
      } catch (error) {
        turns.failures.push({ measure: 'start', contestant: name, message: String(error) });
        progress(`${String(error)}\n`);
      }
    }
  }

  async #start(make: Make): Promise<RunningServer | undefined> {
    const port = await freePort();
    const contestant = make(this.#bench.workspace, port);
    if (contestant === undefined) return undefined;
    const server = await RunningServer.start(contestant, port);
    this.#running.add(server);
    return server;
  }

  async #stop(server: RunningServer): Promise<void> {
    this.#running.delete(server);
    await server.stop();
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((each) => this.#stop(each)));
  }
}
