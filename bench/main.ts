import { parseArgs } from 'node:util';
import { PEERS, twinport } from './contestants.js';
import { MEASURES, type Measure } from './measures.js';
import { RunningServer, freePort } from './process.js';
import { type Result, formatTable, resultOf } from './results.js';
import { type Contents, Workspace } from './workspace.js';

const USAGE = `npm run bench -- [options]: our server beside those installed here, in one interleaved run
  --rounds N       how often each measure is taken of each server; the table shows medians (default 5)
  --only A,B       of ${MEASURES.map((each) => each.name).join(', ')}
  --peers A,B      of vsftpd, proftpd, pure-ftpd (default: all that are installed)
  --size MIB       the large file (default 1024)
  --profile DIR    write a CPU profile of our server there
  --json           results as one JSON object`;

const CONTENTS: Omit<Contents, 'size'> = { files: 500, entries: 2000 };

interface Options {
  /** Aborts on Ctrl-C. */
  readonly stop: AbortSignal;
  readonly rounds: number;
  readonly measures: readonly Measure[];
  readonly peers: readonly string[] | undefined;
  readonly contents: Contents;
  readonly nodeOptions: readonly string[];
  readonly json: boolean;
}

function readOptions(stop: AbortSignal): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      peers: { type: 'string' },
      size: { type: 'string', default: '1024' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [rounds, size] = [Number(values.rounds), Number(values.size)];
  if (!(rounds >= 1 && size >= 1)) throw new Error('--rounds and --size are positive numbers');
  const only = values.only?.split(',');
  const unknown = only?.filter((name) => !MEASURES.some((each) => each.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such measure: ${unknown.join(', ')}`);
  return {
    stop,
    rounds,
    measures: MEASURES.filter(({ name }) => only?.includes(name) ?? true),
    peers: values.peers?.split(','),
    contents: { ...CONTENTS, size: Math.floor(size) },
    nodeOptions: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
    json: values.json,
  };
}

/** Ours first. Peers give up root for the user ftp, so without root there is only ours. */
async function startServers(
  workspace: Workspace,
  { peers, nodeOptions }: Options,
  servers: RunningServer[],
): Promise<void> {
  const ownPort = await freePort();
  servers.push(await RunningServer.start(twinport(workspace, ownPort, nodeOptions), ownPort));
  if (process.getuid?.() !== 0) {
    progress('not root: no peers');
    return;
  }
  for (const peer of PEERS) {
    const port = await freePort();
    const contestant = peer(workspace, port);
    if (!contestant || peers?.includes(contestant.name) === false) continue;
    try {
      servers.push(await RunningServer.start(contestant, port));
    } catch (error) {
      progress(String(error));
    }
  }
}

/** A B C, A B C, …: what else the machine does at the time hits all alike. */
async function compare(
  measure: Measure,
  servers: readonly RunningServer[],
  workspace: Workspace,
  { rounds, contents, stop }: Options,
): Promise<Result> {
  const samples = new Map(servers.map(({ name }): [string, number[]] => [name, []]));
  const failed = new Set<string>();
  for (let round = 1; round <= rounds && !stop.aborted; round += 1) {
    progress(`${measure.name}: round ${round} of ${rounds}`);
    for (const server of servers) {
      if (failed.has(server.name) || stop.aborted) continue;
      try {
        samples.get(server.name)?.push(await measure.measure(server, contents, workspace));
      } catch (error) {
        failed.add(server.name);
        if (!stop.aborted) progress(`${measure.name}: ${server.name}: ${lastLine(error)}\n`);
      }
      workspace.empty();
    }
  }
  return resultOf(measure, samples);
}

/** Of a program that failed, the last line is what it said. */
function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1) ?? '';
}

/** One changing line on a terminal; nothing but what ends in a new line elsewhere. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
  else if (text.endsWith('\n')) process.stderr.write(text);
}

async function main(stop: AbortController): Promise<void> {
  const options = readOptions(stop.signal);
  const servers: RunningServer[] = [];
  const workspace = new Workspace(options.contents);
  const stopServers = (): Promise<unknown> => Promise.all(servers.map((each) => each.stop()));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
      process.exitCode = 130;
      void stopServers(); // which ends the measure that is being taken
    });
  }
  try {
    await startServers(workspace, options, servers);
    const results: Result[] = [];
    for (const measure of options.measures) results.push(await compare(measure, servers, workspace, options));
    progress('');
    if (!stop.signal.aborted) process.stdout.write(format(options, results));
  } finally {
    await stopServers();
    workspace.remove();
  }
}

function format({ json, contents, rounds }: Options, results: readonly Result[]): string {
  return json ? `${JSON.stringify({ ...contents, rounds, results }, undefined, 2)}\n` : formatTable(results);
}

if (process.argv.includes('--help')) process.stdout.write(`${USAGE}\n`);
else await main(new AbortController());
