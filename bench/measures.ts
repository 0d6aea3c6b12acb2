import { readFileSync } from 'node:fs';
import { ANONYMOUS, USER } from './accounts.js';
import { CEILING, OURS, PEERS, WORKERS } from './contestants.js';
import { type Generated, type Load, generate } from './generate.js';
import type { RunningServer } from './process.js';
import { secondsBetween } from './processor-times.js';
import type { Row } from './row.js';
import { checkUploads } from './uploads.js';
import type { Contents, Workspace } from './workspace.js';

const GIBIBYTE = 1024 ** 3;
const FOUR = Object.keys(PEERS);
/** How many sessions each measure of many has. */
export interface Amounts {
  readonly idle: number;
  readonly many: number;
}

export interface Bench {
  readonly contents: Contents;
  readonly amounts: Amounts;
  readonly workspace: Workspace;
  /** A factor on how long each measure takes. */
  readonly pace: number;
  /** Every octet that was moved is compared. */
  readonly check: boolean;
  readonly stop: AbortSignal;
}

export interface Measure {
  readonly name: string;
  readonly rows: readonly Row[];
  /** It is taken of a server that has done nothing before. */
  readonly fresh?: true;
  /** Whom it is taken of. Default: everybody. */
  readonly of?: (contestant: string) => boolean;
  /** The entries of the list it reads. */
  readonly list?: number;
  /** A value a row; undefined where the server cannot do that at all. */
  take(server: RunningServer, bench: Bench): Promise<readonly number[] | undefined>;
}

type RowDetails = Partial<Omit<Row, 'name' | 'title'>>;

function row(name: string, title: string, details: RowDetails = {}): Row {
  return { name, title, better: 'more', against: FOUR, ...details };
}

function loadOf({ port, name }: RunningServer, { contents, workspace, check, stop }: Bench, measure: string): Load {
  const { size, files } = contents;
  const options = {
    size,
    files,
    big: workspace.big,
    in: workspace.uploads,
    ...(check && name !== CEILING && { check: 1 }),
  };
  return { measure, port, options, env: { OPENSSL_CONF: workspace.tlsConfiguration }, stop };
}

function withOptions(load: Load, options: Load['options']): Load {
  return { ...load, options: { ...load.options, ...options } };
}

/** One large file, and what of the processor's time a GiB takes the server. */
function large(
  measure: 'download' | 'upload' | 'tls-download' | 'tls-upload',
  title: string,
  goals: number[],
): Measure {
  const [goal, cpuGoal] = goals;
  return {
    name: measure,
    rows: [
      row(measure, `${title}, MB/s`, goal === undefined ? {} : { goal }),
      row(`${measure}-cpu`, `${title}, server CPU s a GiB`, {
        better: 'less',
        ofServers: true,
        ...(cpuGoal !== undefined && { goal: cpuGoal }),
      }),
    ],
    async take(server, bench) {
      const values = await generate(loadOf(server, bench, measure), {
        before: () => server.processorTimes(),
        after: ({ value = 0, octets = 1 }, before) => [
          value,
          (secondsBetween(before, server.processorTimes()) / octets) * GIBIBYTE,
        ],
      });
      if (measure.endsWith('upload')) checkUploads(server, bench, 'large');
      return values;
    },
  };
}

/** The file is on the disk at the end, not only in the page cache: a quarter of the large one, since disks are slow. */
const uploadToDisk: Measure = {
  name: 'upload-disk',
  rows: [row('upload-disk', 'upload 256 MiB and fsync, MB/s')],
  take: (server, bench) => {
    const size = Math.max(1, Math.floor(bench.contents.size / 4));
    return valueOf(withOptions(loadOf(server, bench, 'upload'), { size, sync: 1 }));
  },
};

function valueOf(load: Load): Promise<readonly number[] | undefined> {
  return generate(load, { before: () => undefined, after: ({ value = 0 }) => [value] });
}

interface Rate {
  readonly name: string;
  readonly title: string;
  readonly measure: string;
  readonly seconds: number;
  readonly sessions?: number;
  readonly goal?: number;
  readonly options?: Load['options'];
  readonly list?: number;
  readonly of?: Measure['of'];
}

/** So much a second, for so many seconds. */
function rate({ name, title, measure, seconds, sessions = 1, goal, options = {}, list, of }: Rate): Measure {
  return {
    name,
    rows: [row(name, title, { ...(goal !== undefined && { goal }), ...(sessions > 1 && { ours: [OURS, WORKERS] }) })],
    ...(list !== undefined && { list }),
    ...(of && { of }),
    async take(server, bench) {
      const time = { seconds: seconds * bench.pace, sessions };
      const load = withOptions(loadOf(server, bench, measure), { ...time, ...options, ...listOf(bench, list) });
      const values = await valueOf(load);
      if (measure === 'small-uploads') checkUploads(server, bench, 'small');
      return values;
    },
  };
}

/** In a short run lists are shorter: they are at the same place. */
function listOf({ contents }: Bench, list: number | undefined): Load['options'] {
  if (list === undefined) return {};
  const entries = contents.lists[LISTS.indexOf(list)] ?? list;
  return { entries, folder: `list-${entries}` };
}

export const LISTS: readonly number[] = [100, 2_000, 10_000, 100_000];

function listings(verb: 'LIST' | 'MLSD'): readonly Measure[] {
  return LISTS.map((list) => {
    const name = `${verb.toLowerCase()}-${list}`;
    const title = `${verb}, ${list.toLocaleString('en')} entries, entries/s`;
    const goal = list > 100 ? { goal: 1 } : {};
    // vsftpd has no MLSD.
    const of = verb === 'MLSD' ? { of: (contestant: string) => contestant !== 'vsftpd' } : {};
    return rate({ name, title, measure: 'listing', seconds: 0.8, options: { verb }, list, ...goal, ...of });
  });
}

/** Latency of NOOP, alone or beside so many downloads. */
function noops(name: string, beside: number, goals: RowDetails): Measure {
  const where = beside > 0 ? `beside ${beside} downloads` : 'alone';
  return {
    name,
    rows: [
      row(`${name}-p50`, `NOOP ${where}, p50, µs`, { better: 'less' }),
      row(`${name}-p99`, `NOOP ${where}, p99, µs`, { better: 'less', ...goals }),
    ],
    take: (server, bench) => {
      const options = { seconds: (beside > 0 ? 1.5 : 0.7) * bench.pace, sessions: beside };
      return generate(withOptions(loadOf(server, bench, 'noops'), options), {
        before: () => undefined,
        after: ({ p50 = 0, p99 = 0 }) => [p50, p99],
      });
    },
  };
}

const notCeiling = (contestant: string): boolean => contestant !== CEILING;

/** Of the processes, and of the whole machine: the kernel's part, and a little of the generator's sockets, is in that. */
const memoryIdle: Measure = {
  name: 'memory',
  fresh: true,
  of: notCeiling,
  rows: [
    row('memory', 'memory of an idle session, processes, KiB', { better: 'less', against: ['vsftpd'], goal: 20 }),
    row('memory-kernel', 'memory of an idle session, with the kernel’s, KiB', { better: 'less' }),
  ],
  take: (server, bench) => {
    const options = { seconds: 8 * bench.pace, sessions: bench.amounts.idle };
    return generate(withOptions(loadOf(server, bench, 'sessions'), options), {
      before: () => ({ own: server.memory(), free: freeMemory() }),
      after: ({ sessions = 1 }, { own, free }) => [
        (server.memory() - own) / sessions,
        Math.max(0, free - freeMemory()) / sessions,
      ],
    });
  },
};

/** KiB that programs could still have. */
function freeMemory(): number {
  return Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
}

const SAMPLING_MS = 100;

const memoryBusy: Measure = {
  name: 'memory-16',
  fresh: true,
  of: notCeiling,
  rows: [row('memory-16', 'memory that 16 running downloads take, processes, MiB', { better: 'less' })],
  async take(server, bench) {
    const options = { seconds: 1.2 * bench.pace, sessions: 16 };
    let most = 0;
    let sampling: NodeJS.Timeout | undefined;
    try {
      return await generate(withOptions(loadOf(server, bench, 'downloads'), options), {
        before: () => {
          sampling = setInterval(() => (most = Math.max(most, server.memory())), SAMPLING_MS);
          return server.memory();
        },
        after: (_, before) => [Math.max(0, Math.max(most, server.memory()) - before) / 1024],
      });
    } finally {
      clearInterval(sampling);
    }
  },
};

/** Sessions that take turns, many after few. */
const CROWDS = [10, 100, 1_000, 10_000] as const;

/** What a small download costs the server among so many sessions: it should not depend on them. Only of ours. */
const scale: Measure = {
  name: 'scale',
  fresh: true,
  of: (contestant) => contestant === 'twinport',
  rows: [
    row('scale', 'CPU of a 4 KiB download, 10,000 sessions to 100', {
      better: 'less',
      against: [],
      reference: 1,
      goal: 1 / 1.3,
    }),
    ...CROWDS.map((sessions) =>
      row(`scale-${sessions}`, `CPU of a 4 KiB download among ${sessions.toLocaleString('en')} sessions, µs`, {
        better: 'less',
        against: [],
      }),
    ),
  ],
  async take(server, bench) {
    const cost = async (sessions: number): Promise<number> => {
      const options = { seconds: 2 * bench.pace, sessions: Math.min(sessions, bench.amounts.many) };
      const [each = 0] =
        (await generate(withOptions(loadOf(server, bench, 'scattered'), options), {
          before: () => server.processorTimes(),
          after: ({ units = 1 }: Generated, before) => [secondsBetween(before, server.processorTimes()) / units],
        })) ?? [];
      return each * 1e6;
    };
    await cost(CROWDS[0]); // to warm up: it is not the number of sessions that makes the first dear
    const costs: number[] = [];
    for (const sessions of CROWDS) costs.push(await cost(sessions));
    const [, hundred = 1, , most = 0] = costs;
    return [most / hundred, ...costs];
  },
};

const small = { seconds: 1 } as const;

export const MEASURES: readonly Measure[] = [
  large('download', 'download 1 GiB', [1, 1 / 1.1]),
  large('upload', 'upload 1 GiB', [1.1]),
  uploadToDisk,
  large('tls-download', 'download 1 GiB in TLS', [1]),
  large('tls-upload', 'upload 1 GiB in TLS', [1]),
  rate({ name: 'download-4', title: '4 downloads at once, MB/s', measure: 'downloads', seconds: 1.2, sessions: 4 }),
  rate({
    name: 'download-16',
    title: '16 downloads at once, MB/s',
    measure: 'downloads',
    seconds: 1.2,
    sessions: 16,
    goal: 1,
  }),
  rate({ name: 'small-down', title: '4 KiB down, files/s', measure: 'small-downloads', ...small, goal: 1.5 }),
  rate({ name: 'small-up', title: '4 KiB up, files/s', measure: 'small-uploads', ...small, goal: 1.5 }),
  rate({
    name: 'small-down-16',
    title: '4 KiB down, 16 sessions, files/s',
    measure: 'small-downloads',
    ...small,
    sessions: 16,
    goal: 1.5,
  }),
  rate({
    name: 'small-up-16',
    title: '4 KiB up, 16 sessions, files/s',
    measure: 'small-uploads',
    ...small,
    sessions: 16,
    goal: 1.5,
  }),
  ...listings('LIST'),
  ...listings('MLSD'),
  rate({
    name: 'login',
    title: 'logins by scrypt, 4 clients, logins/s',
    measure: 'logins',
    seconds: 1.5,
    sessions: 4,
    goal: 1,
    options: { user: USER.name, password: USER.password },
    of: notCeiling,
  }),
  rate({
    name: 'login-anonymous',
    title: 'anonymous logins, 4 clients, logins/s',
    measure: 'logins',
    seconds: 1,
    sessions: 4,
    options: { user: ANONYMOUS.name, password: ANONYMOUS.password },
    // To the program it is an account like any other: its password is checked by scrypt.
    of: (contestant) => contestant !== WORKERS,
  }),
  noops('noop', 0, {}),
  noops('noop-busy', 16, { goal: 1 }),
  memoryIdle,
  memoryBusy,
  scale,
];
