import { mkdirSync, rmSync } from 'node:fs';
import { PEERS, twinport } from '../contestants.js';
import type { Options } from '../options.js';
import { RunningServer, freePort } from '../process.js';
import type { Section } from '../report.js';
import { Turns, progress } from '../rounds.js';
import { type Result, type Row, resultOf } from '../row.js';
import { type Contents, Workspace } from '../workspace.js';
import { checkArrived, checkUntouched } from './arrived.js';
import { clientContestants } from './contestants.js';
import type { ClientContestant, Job, Sample } from './contract.js';
import { CLIENT_MEASURES, type ClientMeasure, amountOf, jobOf } from './measures.js';

const DEFAULT_SERVER = 'vsftpd';
/** For making the trees that are then found unchanged. */
const PLANTING_CONNECTIONS = 8;

/** Our client beside the others, against one server. */
export async function compareClients(options: Options): Promise<Section> {
  const { size, files, tree } = options;
  const contents: Contents = { size, files, lists: [], tree };
  const workspace = new Workspace(contents);
  try {
    const server = await startServer(workspace, options);
    try {
      const bench = new Bench(workspace, contents, server.port, options);
      return await measureAll(bench, server.name, options);
    } finally {
      await server.stop();
    }
  } finally {
    workspace.remove();
  }
}

async function measureAll(bench: Bench, server: string, options: Options): Promise<Section> {
  const contestants = clientContestants(options.nodeOptions).filter(
    ({ name }, index) => index === 0 || (options.peers?.includes(name) ?? true),
  );
  for (const each of contestants) if (each.missing() !== undefined) progress(`${each.missing()}\n`);
  const present = contestants.filter((each) => each.missing() === undefined);
  const turns = new Turns(options);
  const results: Result[] = [];
  for (const measure of CLIENT_MEASURES.filter((each) => isChosen(each, options))) {
    const able = present.filter((each) => each.can(measure));
    const samples = await turns.take({ name: measure.name, warmUp: false }, able, (each) => bench.take(measure, each));
    results.push(...rowsOf(measure, amountOf(measure, bench.contents), samples));
  }
  progress('');
  const names = present.map(({ name }) => name);
  return { title: `Clients, against ${server}`, contestants: names, results, failures: turns.failures };
}

/** Beside servers only what has a goal, so that both take no longer than they must. */
function isChosen({ name, goal }: ClientMeasure, { only, servers }: Options): boolean {
  return only?.includes(name) ?? (!servers || goal !== undefined);
}

/** `amount`: how much of what the measure's title counts each sample is. */
function rowsOf(
  { name, title, against, goal }: ClientMeasure,
  amount: number,
  samples: ReadonlyMap<string, readonly Sample[]>,
): readonly Result[] {
  const rate: Row = { name, title, better: 'more', against, ...(goal !== undefined && { goal }) };
  const cpu: Row = {
    name: `${name}-cpu`,
    title: `${title.replace(/,[^,]*$/, '')}, client CPU s`,
    better: 'less',
    against,
  };
  const valuesOf = (value: (sample: Sample) => number): ReadonlyMap<string, readonly number[]> =>
    new Map([...samples].map(([contestant, each]) => [contestant, each.map(value)]));
  return [
    resultOf(
      rate,
      valuesOf(({ seconds }) => amount / seconds),
    ),
    resultOf(
      cpu,
      valuesOf(({ cpuSeconds }) => cpuSeconds),
    ),
  ];
}

/** The server that was asked for; or the default one, or ours where that cannot run. */
async function startServer(workspace: Workspace, { server }: Options): Promise<RunningServer> {
  const name = server ?? DEFAULT_SERVER;
  const port = await freePort();
  const ours = (): Promise<RunningServer> => RunningServer.start(twinport(workspace, port, []), port);
  if (name === 'twinport') return ours();
  const root = process.getuid?.() === 0;
  const peer = root ? PEERS[name]?.(workspace, port) : undefined;
  if (peer !== undefined) return RunningServer.start(peer, port);
  const reason = root ? `${name} is not installed` : `${name} needs root`;
  if (server !== undefined) throw new Error(reason);
  progress(`${reason}: against our own server\n`);
  return ours();
}

/** Takes measures of contestants, one at a time, and leaves nothing behind but the trees. */
class Bench {
  readonly contents: Contents;
  readonly #workspace: Workspace;
  readonly #port: number;
  readonly #stop: AbortSignal;
  readonly #rough: boolean;
  readonly #planted = new Set<string>();

  constructor(workspace: Workspace, contents: Contents, port: number, { stop, short }: Options) {
    this.contents = contents;
    this.#workspace = workspace;
    this.#port = port;
    this.#stop = stop;
    this.#rough = short;
  }

  async take(measure: ClientMeasure, contestant: ClientContestant): Promise<Sample> {
    const to = { port: this.#port, contestant: contestant.name, rough: this.#rough };
    const job = jobOf(measure, this.contents, this.#workspace, to);
    mkdirSync(job.target, { recursive: true });
    try {
      if (job.work === 'sync') return await this.#synchronise(job, contestant);
      const sample = await contestant.run(job, this.#stop);
      checkArrived(job);
      return sample;
    } finally {
      rmSync(job.target, { recursive: true });
      this.#workspace.clear();
    }
  }

  /** The tree is each contestant's own work, so that it has the times that this one gives. */
  async #synchronise(job: Job, contestant: ClientContestant): Promise<Sample> {
    if (!this.#planted.has(job.tree)) {
      mkdirSync(job.tree);
      await contestant.run({ ...job, connections: PLANTING_CONNECTIONS }, this.#stop);
      this.#planted.add(job.tree);
    }
    const start = Date.now();
    const sample = await contestant.run(job, this.#stop);
    checkArrived(job);
    checkUntouched(job.tree, start);
    return sample;
  }
}
