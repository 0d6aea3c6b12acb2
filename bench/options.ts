import { parseArgs } from 'node:util';
import { CLIENT_NAMES } from './clients/contestants.js';
import { CLIENT_MEASURES } from './clients/measures.js';
import { PEERS } from './contestants.js';
import { MEASURES } from './measures.js';
import type { Rounds } from './rounds.js';

const names = (measures: readonly { readonly name: string }[]): string => measures.map((each) => each.name).join(', ');
const SERVERS = [...Object.keys(PEERS), 'twinport'];

export const USAGE = `npm run bench -- [options]   our server beside those installed here, then our client beside others, in one run

  --servers, --clients   only that part; of clients alone all measures are taken, else those that have a goal
  --rounds N       how often each measure is taken of each contestant; medians are shown (default 5)
  --only A,B       these measures
  --peers A,B      these peers (default: all that are installed)
  --size MIB       the large file (default 1024); the clients' in TLS has a quarter of it
  --short          everything once, small, and every octet compared: whether it works, no figures
  --profile DIR    write CPU profiles of ours there
  --json           all of the run as one JSON object
  --markdown       tables as in docs/performance.md
  --summary        the table of README.md
  --svg FILE       write a picture of the ratios there as well
  --from FILE      measure nothing: show what --json printed before

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
  readonly servers: boolean;
  readonly clients: boolean;
  readonly server: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly peers: readonly string[] | undefined;
  /** MiB of the large file. */
  readonly size: number;
  readonly files: number;
  readonly tree: number;
  readonly short: boolean;
  /** For our own processes. */
  readonly nodeOptions: readonly string[];
  readonly format: 'text' | 'markdown' | 'summary' | 'json';
  readonly svg: string | undefined;
  readonly from: string | undefined;
}

const FLAGS = {
  servers: { type: 'boolean', default: false },
  clients: { type: 'boolean', default: false },
  server: { type: 'string' },
  rounds: { type: 'string' },
  only: { type: 'string' },
  peers: { type: 'string' },
  size: { type: 'string' },
  files: { type: 'string' },
  tree: { type: 'string' },
  short: { type: 'boolean', default: false },
  profile: { type: 'string' },
  json: { type: 'boolean', default: false },
  markdown: { type: 'boolean', default: false },
  summary: { type: 'boolean', default: false },
  svg: { type: 'string' },
  from: { type: 'string' },
} as const;

const DEFAULTS = { rounds: 5, size: 1024, files: 2000, tree: 10_000 } as const;
const SHORT_DEFAULTS = { rounds: 1, size: 4, files: 20, tree: 100 } as const;

export function readOptions(stop: AbortSignal): Options {
  const { values } = parseArgs({ options: FLAGS });
  const { short, json, markdown, summary, svg, from } = values;
  const defaults = short ? SHORT_DEFAULTS : DEFAULTS;
  const both = values.servers === values.clients;
  const [servers, clients] = [values.servers || both, values.clients || both];
  const known = [...(servers ? serverNames() : []), ...(clients ? CLIENT_MEASURES.map(nameOf) : [])];
  const peers = [...(servers ? Object.keys(PEERS) : []), ...(clients ? CLIENT_NAMES : [])];
  const number = (option: keyof typeof DEFAULTS): number => count(option, values[option], defaults[option]);
  return {
    stop,
    servers,
    clients,
    server: oneOf('server', SERVERS, values.server)?.[0],
    only: oneOf('measure', known, values.only),
    peers: oneOf('peer', peers, values.peers),
    rounds: number('rounds'),
    size: number('size'),
    files: number('files'),
    tree: number('tree'),
    short,
    nodeOptions: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
    format: json ? 'json' : markdown ? 'markdown' : summary ? 'summary' : 'text',
    svg,
    from,
  };
}

/** A row is measured with the measure that it belongs to. */
function serverNames(): readonly string[] {
  return MEASURES.flatMap(({ name, rows }) => [name, ...rows.map(nameOf)]);
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function count(option: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Math.floor(Number(text));
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
