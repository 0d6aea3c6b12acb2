import { mkdirSync, rmSync } from 'node:fs';
import { PEERS, twinport } from '../contestants.js';
import type { Options } from '../options.js';
import { RunningServer, freePort } from '../process.js';
import { type ClientResult, clientResultOf, formatClients } from './report.js';
import { progress, takeTurns } from '../rounds.js';
import { type Contents, Workspace } from '../workspace.js';
import { checkArrived, checkUntouched } from './arrived.js';
import { clientContestants } from './contestants.js';
import type { ClientContestant, Job, Sample } from './contract.js';
import { CLIENT_MEASURES, type ClientMeasure, amountOf, jobOf } from './measures.js';

const DEFAULT_SERVER = 'vsftpd';
/** For making the trees that are then found unchanged. */
const PLANTING_CONNECTIONS = 8;

/** Our client beside the others, against one server: a table, or JSON. */
export async function compareClients(options: Options): Promise<string> {
  const { json, size, files, tree, rounds } = options;
  const contents: Contents = { size, files, entries: 0, tree };
  const workspace = new Workspace(contents);
  try {
    const server = await startServer(workspace, options);
    try {
      const results = await measureAll(new Bench(workspace, contents, server.port, options.stop), options);
      progress('');
      const report = { server: server.name, size, files, tree, rounds, results };
      return json ? `${JSON.stringify(report, undefined, 2)}\n` : formatClients(report);
    } finally {
      await server.stop();
    }
  } finally {
    workspace.remove();
  }
}

async function measureAll(bench: Bench, options: Options): Promise<readonly ClientResult[]> {
  const contestants = clientContestants(options.nodeOptions).filter(
    ({ name }, index) => index === 0 || (options.peers?.includes(name) ?? true),
  );
  const missing = contestants.map((each) => each.missing()).filter((reason) => reason !== undefined);
  for (const reason of missing) progress(`${reason}\n`);
  const present = contestants.filter((each) => each.missing() === undefined);
  const results: ClientResult[] = [];
  for (const measure of CLIENT_MEASURES.filter(({ name }) => options.only?.includes(name) ?? true)) {
    const able = present.filter((each) => each.can(measure));
    const samples = await takeTurns(measure.name, able, options, (each) => bench.take(measure, each));
    results.push(clientResultOf(measure, amountOf(measure, bench.contents), samples));
  }
  return results;
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
  readonly #planted = new Set<string>();

  constructor(workspace: Workspace, contents: Contents, port: number, stop: AbortSignal) {
    this.contents = contents;
    this.#workspace = workspace;
    this.#port = port;
    this.#stop = stop;
  }

  async take(measure: ClientMeasure, contestant: ClientContestant): Promise<Sample> {
    const to = { port: this.#port, contestant: contestant.name };
    const job = jobOf(measure, this.contents, this.#workspace, to);
    mkdirSync(job.target, { recursive: true });
    try {
      if (job.work === 'sync') return await this.#synchronise(job, contestant);
      const sample = await contestant.run(job, this.#stop);
      checkArrived(job);
      return sample;
    } finally {
      rmSync(job.target, { recursive: true });
      this.#workspace.empty();
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
