import { type Endpoint, ipVersion } from '../../protocol/index.js';

/** Something that the server saw of a data connection of this session. No text of the server's is in it. */
export interface ServerDataEvent {
  /**
   * `asked`: PORT or EPRT has come, with this target. `refused`: somebody else connected, and was turned away. `other port`: the port
   * that active connections are to come from was not to be had. Else as in DataEvent.
   */
  readonly state: 'asked' | 'offered' | 'opening' | 'open' | 'done' | 'failed' | 'refused' | 'other port';
  readonly mode: 'active' | 'passive';
  readonly local?: Endpoint;
  readonly remote?: Endpoint;
  /** Of `failed`: TIMEOUT, REFUSED, … */
  readonly code?: string;
}

/** The answer to SITE DOCTOR: what a Twinport server saw of the session that asks. docs/doctor.md has the form. */
export interface ServerView {
  /** The ends of the control connection as the server sees them; its own is told to those who may write only. */
  readonly local?: Endpoint;
  readonly remote: Endpoint;
  readonly passivePorts?: readonly [first: number, last: number];
  readonly activePort: number | 'any';
  /** What 227 names in place of `local`. */
  readonly announced?: string;
  readonly events: readonly ServerDataEvent[];
}

/** Reads the lines of the answer: an object for the session, then one for each event. Undefined for anything else. */
export function parseServerView(lines: readonly string[]): ServerView | undefined {
  const objects = lines.map((line) => line.trim()).filter((line) => line.startsWith('{'));
  const [head, ...events] = objects.map(parseObject);
  if (!isHead(head) || !events.every(isEvent)) return undefined;
  return { ...head, events };
}

function parseObject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not what a Twinport server says
  }
}

function isHead(value: unknown): value is Omit<ServerView, 'events'> {
  return (
    isRecord(value) &&
    (value['local'] === undefined || isEndpoint(value['local'])) &&
    isEndpoint(value['remote']) &&
    (isPort(value['activePort']) || value['activePort'] === 'any') &&
    (value['passivePorts'] === undefined || isRange(value['passivePorts'])) &&
    (value['announced'] === undefined || isAddress(value['announced']))
  );
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && ipVersion(value) !== 0;
}

/** These become parts of commands that are to be pasted. */
function isRange(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isPort);
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}

function isEvent(value: unknown): value is ServerDataEvent {
  if (!isRecord(value) || typeof value['state'] !== 'string') return false;
  return [value['local'], value['remote']].every((end) => end === undefined || isEndpoint(end));
}

function isEndpoint(value: unknown): value is Endpoint {
  return isRecord(value) && typeof value['host'] === 'string' && typeof value['port'] === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
