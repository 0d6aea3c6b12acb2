import { PEERS, twinport } from './contestants.js';
import { MEASURES } from './measures.js';
import type { Options } from './options.js';
import { RunningServer, freePort } from './process.js';
import { type Result, formatTable, resultOf } from './results.js';
import { progress, takeTurns } from './rounds.js';
import { type Contents, Workspace } from './workspace.js';

const FILES = 500;
const ENTRIES = 2000;

/** Our server beside the others: a table, or JSON. */
export async function compareServers(options: Options): Promise<string> {
  const contents: Contents = { size: options.size, files: FILES, entries: ENTRIES, tree: 0 };
  const workspace = new Workspace(contents);
  const servers: RunningServer[] = [];
  const stopServers = (): Promise<unknown> => Promise.all(servers.map((each) => each.stop()));
  const onStop = (): void => void stopServers();
  options.stop.addEventListener('abort', onStop);
  try {
    await startServers(workspace, options, servers);
    const results: Result[] = [];
    for (const measure of MEASURES.filter(({ name }) => options.only?.includes(name) ?? true)) {
      const samples = await takeTurns(measure.name, servers, options, (server) =>
        measure.measure(server, contents, workspace).finally(() => workspace.empty()),
      );
      results.push(resultOf(measure, samples));
    }
    progress('');
    const { size, files, entries } = contents;
    if (!options.json) return formatTable(results);
    return `${JSON.stringify({ size, files, entries, rounds: options.rounds, results }, undefined, 2)}\n`;
  } finally {
    options.stop.removeEventListener('abort', onStop);
    await stopServers();
    workspace.remove();
  }
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
    progress('not root: no peers\n');
    return;
  }
  for (const [name, peer] of Object.entries(PEERS)) {
    if (peers?.includes(name) === false) continue;
    const port = await freePort();
    const contestant = peer(workspace, port);
    if (contestant === undefined) {
      progress(`${name} is not installed\n`);
      continue;
    }
    try {
      servers.push(await RunningServer.start(contestant, port));
    } catch (error) {
      progress(`${String(error)}\n`);
    }
  }
}
