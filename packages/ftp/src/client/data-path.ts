import type { DataPath } from './contract.js';
import type { DataAttempt } from './errors.js';
import type { Settings } from './settings.js';

export type DataCommand = DataPath['command'];

/** Ways that may time out before the operation is given up: what drops two of them drops the others, and somebody waits. */
const MOST_TIMEOUTS = 2;
/** Hosts whose working data path is remembered; beyond that the oldest is forgotten. */
const REMEMBERED = 1_000;
const worked = new Map<string, DataCommand>();

const PASSIVE: ReadonlySet<DataCommand> = new Set(['EPSV', 'PASV']);

export function modeOf(command: DataCommand): DataPath['mode'] {
  return PASSIVE.has(command) ? 'passive' : 'active';
}

/** What worked with this server in this process is what is tried first. */
export function rememberDataPath(settings: Settings, command: DataCommand): void {
  if (settings.data.command !== undefined) return;
  const key = keyOf(settings);
  if (worked.get(key) === command) return;
  worked.delete(key);
  worked.set(key, command);
  const oldest = worked.keys().next();
  if (worked.size > REMEMBERED && !oldest.done) worked.delete(oldest.value);
}

/** Whether this way has worked with this server before. */
export function hasWorked(settings: Settings, command: DataCommand): boolean {
  return settings.data.command === undefined && worked.get(keyOf(settings)) === command;
}

/** What works directly need not work through a proxy, nor the other way round. */
function keyOf({ host, port, proxy }: Settings): string {
  const way = proxy?.kind === 'ftp' ? `${proxy.style} ${proxy.via.host} ${proxy.via.port}` : (proxy?.kind ?? 'direct');
  return `${host} ${port} ${way}`;
}

export interface PathChoice {
  readonly settings: Settings;
  /** Whether the control connection is IPv6: PASV and PORT cannot name such an address. */
  readonly ipv6: boolean;
  /** Whether the server can reach us: not through a proxy. */
  readonly reachable: boolean;
  readonly attempts: readonly DataAttempt[];
}

/**
 * The way to try next: none when all have failed. Passive first, since clients are behind NAT more often than not. A way whose
 * command was refused has a twin (EPSV and PASV, EPRT and PORT); one that led nowhere has none worth a wait before the other mode was tried.
 * After two that have led nowhere there is none at all.
 */
export function nextDataCommand({ settings, ipv6, reachable, attempts }: PathChoice): DataCommand | undefined {
  const { command: only } = settings.data;
  if (only !== undefined) return attempts.length === 0 ? only : undefined;
  const tried = new Map(attempts.map((attempt) => [attempt.command, attempt]));
  const ways = waysOf(settings, ipv6, reachable).filter((command) => !tried.has(command));
  const last = attempts.at(-1);
  const preferred = worked.get(keyOf(settings));
  if (!last) return ways.find((command) => command === preferred) ?? ways[0];
  const quick = ways.find((command) => modeOf(command) === last.mode);
  if (attempts.filter(({ timedOut }) => timedOut).length >= MOST_TIMEOUTS) return undefined;
  if (quick && !last.timedOut) return quick;
  const other = ways.find((command) => modeOf(command) !== last.mode);
  // What has timed out over EPSV would over PASV, to the same host and the same ports, unless the command itself was at fault.
  return other ?? quick;
}

function waysOf({ data, proxy }: Settings, ipv6: boolean, reachable: boolean): DataCommand[] {
  const ways: DataCommand[] = [];
  const extended = ipv6 || data.extended !== false;
  if (data.mode !== 'active') {
    if (extended) ways.push('EPSV');
    if (!ipv6) ways.push('PASV');
    // Through an FTP proxy only a 227 says whether data goes past it.
    if (proxy?.kind === 'ftp') ways.reverse();
  }
  if (data.mode === 'active' || (data.mode === 'auto' && reachable)) {
    if (extended) ways.push('EPRT');
    if (!ipv6) ways.push('PORT');
  }
  return ways;
}
