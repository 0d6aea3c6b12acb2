import { shortDiagnosis } from '@twinport/ftp/firewall';
import type { Server, ServerEvents } from '@twinport/ftp/server';
import { destination, pino } from 'pino';
import { printable } from './printable.js';
import { traceLine, traceText } from './trace.js';

export type LogFormat = 'text' | 'json';

interface Record {
  readonly level: 'trace' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: object;
}

/** Writes logins, transfers and warnings of a server to stderr: a line each, or a JSON object each. */
export function logTo(server: Server, format: LogFormat): void {
  const write = format === 'json' ? jsonWriter() : writeText;
  server.on('login', (event) => write(loginRecord(event)));
  server.on('transfer', (event) => {
    if (event.state !== 'started') write(transferRecord(event));
  });
  server.on('command', (event) => write(commandRecord(event)));
  server.on('warning', (event) => write(warningRecord(event)));
}

/** Writes one line that is of no event. */
export function noteTo(format: LogFormat, message: string): void {
  const write = format === 'json' ? jsonWriter() : writeText;
  write({ level: 'info', message, fields: {} });
}

/** Writes every step of both connections to stderr: drawn, or as JSON objects, which `twinport explain` reads. */
export function traceTo(server: Server, format: LogFormat): void {
  if (format === 'text') {
    server.on('connection', (event) => process.stderr.write(`${traceLine(event, 'server')}\n`));
    return;
  }
  const write = jsonWriter();
  server.on('connection', (event) =>
    write({ level: 'trace', message: traceText(event, 'server'), fields: { side: 'server', ...event } }),
  );
}

type Login = ServerEvents['login'][0];
type Transfer = ServerEvents['transfer'][0];
type Command = ServerEvents['command'][0];
type Warning = ServerEvents['warning'][0];

function loginRecord(event: Login): Record {
  const message = `#${event.session} login of ${event.user ?? ''} from ${event.remote.host} ${event.outcome}${event.secure ? ' over TLS' : ''}`;
  return { level: event.outcome === 'accepted' ? 'info' : 'warn', message, fields: event };
}

function transferRecord(event: Transfer): Record {
  const rate = event.milliseconds >= 100 ? `, ${(event.octets / event.milliseconds / 1000).toFixed(1)} MB/s` : '';
  const { mode, fault } = event;
  const why = fault && shortDiagnosis(mode, fault);
  const reason = event.reason === undefined ? '' : ` (${event.reason})${why === undefined ? '' : `; ${why}`}`;
  const message = `#${event.session} ${event.verb} ${event.path} by ${event.user ?? ''} from ${event.remote.host} ${event.state}: ${event.octets} bytes${rate}, ${event.code ?? ''}${reason}`;
  return { level: event.state === 'done' ? 'info' : 'warn', message, fields: event };
}

function commandRecord(event: Command): Record {
  const reason = event.reason === undefined ? '' : ` (${event.reason})`;
  const message = `#${event.session} ${event.verb} ${event.argument} by ${event.user ?? ''} from ${event.remote.host}: ${event.code}${reason}`;
  return { level: event.code < 400 ? 'info' : 'warn', message, fields: event };
}

function warningRecord({ cause, ...event }: Warning): Record {
  const stack = cause instanceof Error ? { stack: cause.stack } : {};
  const detail = cause instanceof Error ? `: ${cause.message}` : '';
  return {
    level: event.code === 'INTERNAL' ? 'error' : 'warn',
    message: `${event.code}${event.remote ? ` session ${event.session ?? 0} from ${event.remote.host}` : ''}: ${event.message}${detail}`,
    fields: { ...event, ...stack },
  };
}

function jsonWriter(): (record: Record) => void {
  const logger = pino({ level: 'trace', base: null, messageKey: 'message' }, destination({ fd: 2, sync: true }));
  return ({ level, message, fields }) => logger[level](fields, message);
}

function writeText({ level, message }: Record): void {
  process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${printable(message)}\n`);
}
