import { parseArgs } from 'node:util';
import { CLIENT_NAMES } from './clients/contestants.js';
import { CLIENT_MEASURES } from './clients/measures.js';
import { PEERS } from './contestants.js';
import { MEASURES } from './measures.js';
import type { Rounds } from './rounds.js';

const names = (measures: readonly { readonly name: string }[]): string => measures.map((each) => each.name).join(', ');
const SERVERS = [...Object.keys(PEERS), 'twinport'];

export const USAGE = `npm run bench -- [options]             our server beside those installed here, in one interleaved run
npm run bench -- --clients [options]   our client beside others, against one server

  --rounds N       how often each measure is taken of each contestant; medians are shown (default 5)
  --only A,B       these measures
  --peers A,B      these peers (default: all that are installed)
  --size MIB       the large file (default 1024); in TLS a quarter of it
  --profile DIR    write CPU profiles of ours there
  --json           results as one JSON object

Servers
  measures: ${names(MEASURES)}
  peers: ${Object.keys(PEERS).join(', ')}

Clients: whole processes that log in, do the work and end; what logging in takes is not counted
  --server NAME    of ${SERVERS.join(', ')} (default vsftpd; twinport where that cannot run)
  --files N        4 KiB files of the small-… measures (default 2000)
  --tree N         files of the sync-… measures (default 10000)
  measures: ${names(CLIENT_MEASURES)}
  peers: ${CLIENT_NAMES.slice(1).join(', ')}
`;

export interface Options extends Rounds {
  readonly clients: boolean;
  readonly server: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly peers: readonly string[] | undefined;
  /** MiB of the large file. */
  readonly size: number;
  readonly files: number;
  readonly tree: number;
  /** For our own processes. */
  readonly nodeOptions: readonly string[];
  readonly json: boolean;
}

export function readOptions(stop: AbortSignal): Options {
  const { values } = parseArgs({
    options: {
      clients: { type: 'boolean', default: false },
      server: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      peers: { type: 'string' },
      size: { type: 'string', default: '1024' },
      files: { type: 'string', default: '2000' },
      tree: { type: 'string', default: '10000' },
      profile: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { clients, server, json } = values;
  return {
    stop,
    clients,
    server: oneOf('server', SERVERS, server)?.[0],
    only: oneOf('measure', (clients ? CLIENT_MEASURES : MEASURES).map(nameOf), values.only),
    peers: oneOf('peer', clients ? CLIENT_NAMES : Object.keys(PEERS), values.peers),
    rounds: count('rounds', values.rounds),
    size: count('size', values.size),
    files: count('files', values.files),
    tree: count('tree', values.tree),
    nodeOptions: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
    json,
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function count(option: string, text: string): number {
  const value = Math.floor(Number(text));
  if (!(value >= 1)) throw new Error(`--${option} is a number from 1`);
  return value;
}

/** The names in a list with commas. Throws on one that is not known. */
function oneOf(what: string, known: readonly string[], list: string | undefined): readonly string[] | undefined {
  const chosen = list?.split(',');
  const unknown = chosen?.filter((each) => !known.includes(each)) ?? [];
  if (unknown.length > 0) throw new Error(`no such ${what}: ${unknown.join(', ')} (there are ${known.join(', ')})`);
  return chosen;
}
