import type { Family, Way } from '../rules/index.js';
import type {
  FingerprintObservation,
  IdleObservation,
  LoginObservation,
  NameObservation,
  Observation,
  Observations,
  Security,
  TransferObservation,
  WayObservation,
} from './observations.js';

/** Looks from one place: what the doctor is handed. None of its calls rejects: what fails is observed. */
export interface Prober {
  /** The addresses of the host, one of each family at most. */
  resolve(): Promise<NameObservation>;
  login(family: Family, security: Security): Promise<LoginObservation>;
  /** On a session of its own. */
  way(way: Way, family: Family, security: Security): Promise<WayObservation>;
  /** Of something larger than a packet, over this way. Undefined where there is nothing to transfer. */
  transfer(direction: 'download' | 'upload', way: WayObservation): Promise<TransferObservation | undefined>;
  idle(family: Family, security: Security, seconds: number): Promise<IdleObservation>;
  /** Sends lines that a helper may choke on. */
  fingerprint(family: Family): Promise<readonly FingerprintObservation[]>;
}

export interface WalkOptions {
  readonly host: string;
  readonly port: number;
  readonly security: Security;
  readonly user?: string | undefined;
  /** Seconds that the control connection is left alone; undefined: it is not. */
  readonly idleSeconds?: number;
  /** Default false: only a server's own administrator may want it. */
  readonly fingerprint?: boolean;
  readonly expectedPorts?: Observations['expectedPorts'];
  /** Told of each observation as it is made. */
  readonly onObservation?: (one: Observation) => void;
}

/** Sessions at once: many servers take only a few of one address. */
const SESSIONS = 5;
/** Beside those of the first walk. */
const MORE_PORTS = 4;
const WAYS: Readonly<Record<Family, readonly Way[]>> = {
  ipv4: ['EPSV', 'PASV', 'PASVi', 'EPRT', 'PORT'],
  ipv6: ['EPSV', 'EPRT'],
};

/** Walks from the name to files of both directions, and writes down what it sees. */
export async function walk(prober: Prober, options: WalkOptions): Promise<Observations> {
  const { host, port, security, user, expectedPorts, idleSeconds, onObservation = () => {} } = options;
  const base = { host, port, security, user, ...(expectedPorts && { expectedPorts }) };
  const note = <T extends Observation>(one: T): T => {
    onObservation(one);
    return one;
  };
  const name = await prober.resolve();
  if (name.failure) note(name);
  const logins = await Promise.all(name.families.map(async (family) => note(await prober.login(family, security))));
  const pairs = sessionKinds(logins);
  for (const [family, kind] of pairs.filter(([, each]) => each !== security)) {
    const login = await prober.login(family, kind);
    // Pure-FTPd names AUTH in FEAT whether it has TLS or not.
    if (login.failure?.at !== 'tls' || login.failure.how !== 'reply') logins.push(note(login));
  }
  const usable = pairs.filter(([family, kind]) =>
    logins.some((one) => one.family === family && one.security === kind && !one.failure),
  );
  const idle = idleSeconds === undefined || !usable[0] ? undefined : prober.idle(...usable[0], idleSeconds);
  const tried = await limited(
    usable.flatMap(([family, kind]) =>
      WAYS[family].map((way) => async () => note(await prober.way(way, family, kind))),
    ),
    SESSIONS,
  );
  const ways = await onMorePorts(prober, await againAlone(prober, tried, note), note);
  const transfers = await transfersOver(prober, ways, note);
  return {
    ...base,
    name,
    logins,
    ways,
    transfers,
    ...(idle && { idle: note(await idle) }),
    ...(options.fingerprint && usable[0] && { fingerprints: (await prober.fingerprint(usable[0][0])).map(note) }),
  };
}

/** A server that takes fewer sessions than that says so: then one at a time. */
async function againAlone(
  prober: Prober,
  tried: readonly WayObservation[],
  note: (one: WayObservation) => WayObservation,
): Promise<readonly WayObservation[]> {
  const ways: WayObservation[] = [];
  for (const one of tried) {
    const { way, family, security, failure } = one;
    ways.push(failure?.code === 421 ? note(await prober.way(way, family, security)) : one);
  }
  return ways;
}

/** One port that gets through is not the whole range. */
async function onMorePorts(
  prober: Prober,
  ways: readonly WayObservation[],
  note: (one: WayObservation) => WayObservation,
): Promise<readonly WayObservation[]> {
  const working = ways.filter(({ way, failure }) => !failure && (way === 'EPSV' || way === 'PASVi'));
  const once = new Map(working.map((way) => [`${way.family} ${way.security}`, way]));
  const more = [...once.values()].flatMap(({ way, family, security }) =>
    Array.from({ length: MORE_PORTS }, () => () => prober.way(way, family, security)),
  );
  const repeated = await againAlone(prober, await limited(more, SESSIONS), (one) => one);
  return [...ways, ...repeated.filter((one) => !isCrowdedOut(one)).map((one) => (one.failure ? note(one) : one))];
}

/** Our own earlier sessions: Pure-FTPd counts those that wait in vain for a data connection for a while. */
function isCrowdedOut({ failure }: WayObservation | TransferObservation): boolean {
  return failure?.code === 421;
}

/** What was asked for; and TLS besides, where the server has it: that what works in clear fails in TLS tells of a helper. */
function sessionKinds(logins: readonly LoginObservation[]): readonly (readonly [Family, Security])[] {
  return logins
    .filter(({ failure }) => !failure)
    .flatMap(({ family, security, features }) => {
      const tls = security === 'clear' && features.some((name) => name === 'AUTH');
      return [[family, security] as const, ...(tls ? [[family, 'explicit'] as const] : [])];
    });
}

/** One of each mode is enough for what comes after the connection is made: both ways of one, and of each family. */
async function transfersOver(
  prober: Prober,
  ways: readonly WayObservation[],
  note: (one: TransferObservation) => TransferObservation,
): Promise<readonly TransferObservation[]> {
  const working = ways.filter(({ failure }) => !failure);
  const chosen = [...new Map(working.toReversed().map((way) => [way.family, way])).values()];
  const found = await Promise.all(
    chosen.flatMap((way) => (['download', 'upload'] as const).map((direction) => prober.transfer(direction, way))),
  );
  return found
    .filter((one) => one !== undefined)
    .filter((one) => !isCrowdedOut(one))
    .map(note);
}

/** Runs all of them, so many at a time, in order. */
async function limited<T>(tasks: readonly (() => Promise<T>)[], most: number): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < tasks.length; index = next++) {
      const result = await tasks[index]?.();
      if (result !== undefined) results[index] = result;
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  return results;
}
