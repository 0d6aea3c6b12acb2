import {
  type ClientLimits,
  type ClientTlsOptions,
  type ConnectOptions,
  DEFAULT_CLIENT_LIMITS,
  type DataOptions,
  type PortRange,
  type TlsMode,
  parsePortRange,
} from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import { certificateFiles } from './certificate-files.js';
import { type Site, isEncoding, isPin } from './site.js';
import { parseZone } from './zone.js';

/** The options that every command with a remote shares. They win over the site's settings. */
export interface ConnectFlags {
  readonly active?: boolean;
  readonly passive?: boolean;
  readonly activePorts?: PortRange;
  /** What PORT and EPRT announce. */
  readonly activeAddress?: string;
  readonly tls?: TlsMode;
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** PEM files. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** SHA-256 fingerprints of certificates. */
  readonly pin?: readonly string[];
  readonly proxy?: string;
  /** Seconds without progress, of every step. */
  readonly timeout?: number;
  /** Tries beyond the first. */
  readonly retries?: number;
  /** Octets a second. */
  readonly limitRate?: number;
  /** Connections at most: for whoever makes the pool. */
  readonly parallel?: number;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
  readonly account?: string;
  readonly encoding?: string;
  /** Of the server's listings: `UTC`, `+02:00`. */
  readonly zone?: string;
}

/** All of ConnectOptions that is neither where nor as whom. Throws UsageFault. */
export function settingsOf(flags: ConnectFlags, site: Site | undefined, mode: TlsMode): Omit<ConnectOptions, 'host'> {
  const account = flags.account ?? site?.account;
  const proxy = flags.proxy ?? site?.proxy;
  const encoding = flags.encoding ?? site?.encoding;
  if (encoding !== undefined && !isEncoding(encoding)) {
    throw new UsageFault(`--encoding ${encoding} is not known; give one such as utf-8 or windows-1252`);
  }
  const zoneMinutes = zoneOf(flags.zone ?? site?.zone);
  const data = dataOf(flags, site);
  const limits = limitsOf(flags);
  const rate = flags.limitRate;
  return {
    tls: tlsOf(flags, site, mode),
    ...(account !== undefined && { account }),
    ...(proxy !== undefined && { proxy }),
    ...(encoding !== undefined && { encoding }),
    ...(zoneMinutes !== undefined && { zoneMinutes }),
    ...(Object.keys(data).length > 0 && { data }),
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(rate !== undefined && rate > 0 && { rateLimit: { up: rate, down: rate } }),
  };
}

function dataOf(flags: ConnectFlags, site: Site | undefined): DataOptions {
  if (flags.active && flags.passive) throw new UsageFault('--active and --passive exclude each other');
  const mode = flags.active ? 'active' : flags.passive ? 'passive' : site?.mode;
  const activePorts =
    flags.activePorts ?? (site?.['active-ports'] === undefined ? undefined : parsePortRange(site['active-ports']));
  const activeAddress = flags.activeAddress ?? site?.['active-address'];
  return {
    ...(mode !== undefined && { mode }),
    ...(activePorts && { activePorts }),
    ...(activeAddress !== undefined && { activeAddress }),
  };
}

function tlsOf(flags: ConnectFlags, site: Site | undefined, mode: TlsMode): TlsMode | ClientTlsOptions {
  const files = certificateFiles({
    ca: flags.ca ?? site?.ca,
    cert: flags.cert ?? site?.cert,
    key: flags.key ?? site?.key,
  });
  const insecure = flags.insecure ?? site?.insecure;
  const pins = flags.pin ?? site?.pins;
  for (const pin of pins ?? []) {
    if (!isPin(pin)) {
      throw new UsageFault(`${JSON.stringify(pin)} is no SHA-256 fingerprint: give 64 hexadecimal digits`);
    }
  }
  const details = {
    ...files,
    ...(insecure !== undefined && { insecure }),
    ...(pins && pins.length > 0 && { pins }),
  };
  return Object.keys(details).length === 0 ? mode : { mode, ...details };
}

function zoneOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  const minutes = parseZone(zone);
  if (minutes === undefined) throw new UsageFault(`--zone ${zone}: give UTC or an offset such as +02:00`);
  return minutes;
}

/** A longer time than the default does not keep a way for data connections from being given up for the next. */
function limitsOf({ timeout, retries }: ConnectFlags): Partial<ClientLimits> {
  const ms = timeout === undefined ? undefined : Math.max(1, Math.round(timeout * 1000));
  return {
    ...(ms !== undefined && {
      connectMs: ms,
      tlsHandshakeMs: ms,
      replyMs: ms,
      stallMs: ms,
      finalReplyMs: ms,
      dataOpenMs: Math.min(ms, DEFAULT_CLIENT_LIMITS.dataOpenMs),
    }),
    ...(retries !== undefined && { maxAttempts: retries + 1 }),
  };
}
