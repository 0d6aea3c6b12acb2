import { type Endpoint, maskText } from '../../protocol/index.js';
import type { EventSource, TraceEvent } from './trace-event.js';

/** An event, and whose it is. */
export interface SourcedEvent {
  readonly source: EventSource;
  readonly event: TraceEvent;
}

type Fields = Readonly<Record<string, unknown>>;
type OfKind<Kind extends TraceEvent['kind']> = Extract<TraceEvent, { readonly kind: Kind }>;

const CONTROL_STATES: readonly OfKind<'control'>['state'][] = ['open', 'secured', 'cleared', 'closed'];
const DATA_STATES: readonly OfKind<'data'>['state'][] = [
  'offered',
  'opening',
  'open',
  'done',
  'failed',
  'refused',
  'note',
];
const MAX_PORT = 65_535;

/** The event that a line of a log tells of: one JSON object with the fields of both, perhaps beside others. Undefined: another line. */
export function parseEventLine(line: string): SourcedEvent | undefined {
  const fields = objectIn(line);
  const event = fields && eventIn(fields);
  if (!event) return undefined;
  const side = oneOf(fields['side'], ['client', 'server'] as const);
  const { session } = fields;
  if (!side || (typeof session !== 'string' && typeof session !== 'number')) return undefined;
  return { source: { side, session: String(session) }, event };
}

function objectIn(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    // A log may hold any text.
    return undefined;
  }
}

function eventIn(fields: Fields): TraceEvent | undefined {
  const { kind, at } = fields;
  if (typeof at !== 'number') return undefined;
  if (kind === 'line') return lineIn(fields, at);
  if (kind === 'control') return controlIn(fields, at);
  return kind === 'data' ? dataIn(fields, at) : undefined;
}

function lineIn(fields: Fields, at: number): OfKind<'line'> | undefined {
  const direction = oneOf(fields['direction'], ['in', 'out'] as const);
  const text = textIn(fields['text']);
  return direction && text !== undefined ? { kind: 'line', at, direction, text } : undefined;
}

function controlIn(fields: Fields, at: number): OfKind<'control'> | undefined {
  const state = oneOf(fields['state'], CONTROL_STATES);
  const [local, remote] = [endpointOf(fields['local']), endpointOf(fields['remote'])];
  if (!state || !local || !remote) return undefined;
  const protocol = textIn(fieldsOf(fields['tls'])?.['protocol']);
  const reason = textIn(fields['reason']);
  return {
    kind: 'control',
    at,
    state,
    local,
    remote,
    ...(protocol !== undefined && { tls: { protocol } }),
    ...(reason !== undefined && { reason }),
  };
}

function dataIn(fields: Fields, at: number): OfKind<'data'> | undefined {
  const state = oneOf(fields['state'], DATA_STATES);
  const mode = oneOf(fields['mode'], ['active', 'passive'] as const);
  const role = oneOf(fields['role'], ['listen', 'dial'] as const);
  if (!state || !mode || !role) return undefined;
  const [local, remote] = [endpointOf(fields['local']), endpointOf(fields['remote'])];
  const [reason, code] = [textIn(fields['reason']), textIn(fields['code'])];
  return {
    kind: 'data',
    at,
    state,
    mode,
    role,
    ...(local && { local }),
    ...(remote && { remote }),
    ...(reason !== undefined && { reason }),
    ...(code !== undefined && { code }),
  };
}

function fieldsOf(value: unknown): Fields | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((each) => each === value);
}

/** Whoever wrote the file: nothing of it reaches a terminal as it is. */
function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? maskText(value) : undefined;
}

function endpointOf(value: unknown): Endpoint | undefined {
  const { host, port } = fieldsOf(value) ?? {};
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= MAX_PORT;
  return typeof host === 'string' && isPort ? { host: maskText(host), port } : undefined;
}
