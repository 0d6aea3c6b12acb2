import { DataConnectionError, FtpError } from '@twinport/ftp/client';
import type { Failure, How, Stage } from '@twinport/ftp/firewall';
import { errnoOf } from '../../daemon/usage-fault.js';
import type { SessionTap } from './session-tap.js';

/** What an error of the client says to the doctor: how far it had come, and how it ended. */
export function failureOf(error: unknown, tap: SessionTap, started: number): Failure {
  const milliseconds = since(started);
  if (error instanceof DataConnectionError) return dataFailure(error, tap, milliseconds);
  const code = error instanceof FtpError ? error.reply?.code : undefined;
  return {
    at: stageOf(error, tap),
    how: howOf(error),
    text: textOf(error),
    ...(code !== undefined && { code }),
    milliseconds,
  };
}

export function since(started: number): number {
  return Math.round(performance.now() - started);
}

function dataFailure({ attempts }: DataConnectionError, tap: SessionTap, milliseconds: number): Failure {
  const [attempt] = attempts;
  const { outcome = '', timedOut = false, mode = 'passive' } = attempt ?? {};
  const code = Number(/^(\d{3}) /.exec(outcome)?.[1]);
  const said = Number.isNaN(code) ? {} : { code };
  const base = { text: outcome, ...said, milliseconds: attempt?.milliseconds ?? milliseconds };
  if (tap.isRefused || outcome.startsWith('the answer names no port'))
    return { ...base, at: 'negotiation', how: 'reply' };
  // In passive mode a 425 is of a connection that we have made; in active mode of one that the server could not make.
  if (said.code !== undefined && mode === 'passive') return { ...base, at: 'transfer', how: 'reply' };
  return { ...base, at: 'opening', how: timedOut ? 'silence' : howOfText(outcome) };
}

function stageOf(error: unknown, tap: SessionTap): Stage {
  if (!tap.isConnected) return 'connect';
  const phase = error instanceof FtpError ? error.phase : 'command';
  if (tap.isAsked) {
    if (!tap.isAnswered) return 'negotiation';
    if (tap.isAwaiting) return 'opening';
    return phase === 'tls' || phase === 'transfer' || !tap.isBegun ? 'transfer' : 'end';
  }
  if (phase === 'tls' || tap.lastCommand.startsWith('AUTH')) return 'tls';
  return tap.isGreeted && phase !== 'connect' ? 'login' : 'greeting';
}

const BY_CODE: Partial<Readonly<Record<FtpError['code'], How>>> = {
  TIMEOUT: 'silence',
  STALLED: 'stalled',
  CLOSED: 'closed',
  PROTOCOL: 'other',
};

function howOf(error: unknown): How {
  if (!(error instanceof FtpError)) return 'other';
  if (error.reply) return 'reply';
  if (error.code === 'TLS') return isCertificate(error) ? 'certificate' : isCut(error) ? 'closed' : 'handshake';
  if (error.code === 'CONNECT') return howOfText(`${errnoOf(root(error)) ?? ''} ${error.message}`);
  return BY_CODE[error.code] ?? 'other';
}

function howOfText(text: string): How {
  if (/ECONNREFUSED|rejected|^425 /.test(text)) return 'refused';
  if (/E(?:HOST|NET)UNREACH|EACCES|EPERM|EADDRNOTAVAIL/.test(text)) return 'unreachable';
  if (/no answer|ETIMEDOUT|no connection came/.test(text)) return 'silence';
  return /ECONNRESET|ended|closed/i.test(text) ? 'closed' : 'other';
}

const isCertificate = (error: FtpError): boolean =>
  /certificate|CERT|self.signed|altname|pinned|issuer/i.test(`${error.message} ${errnoOf(root(error)) ?? ''}`);
const isCut = (error: FtpError): boolean => /ECONNRESET|disconnected|within|ended|hang up/i.test(error.message);

/** What lies at the bottom of an error. */
function root(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? root(error.cause) : error;
}

function textOf(error: unknown): string {
  if (!(error instanceof FtpError)) return error instanceof Error ? error.message : String(error);
  const { reply } = error;
  return reply ? `${reply.code} ${reply.lines.at(-1) ?? ''}` : error.message;
}
