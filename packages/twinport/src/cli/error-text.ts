import { type DataAttempt, DataConnectionError, FtpError, type FtpErrorCode } from '@twinport/ftp/client';
import { printable } from '../daemon/printable.js';
import { errnoOf } from '../daemon/usage-fault.js';
import { exitCodeOf } from './exit-code.js';
import type { Paint } from './style.js';

/** What failed, in one line, and below it what is known of why and what to do. */
export function errorLines(error: unknown, subject: string | undefined, paint: Paint): string[] {
  const message = messageOf(error);
  const path = error instanceof FtpError ? error.path : undefined;
  // The path is said once: by the message, or before it.
  const named = [subject, path].find((name) => name !== undefined && name !== '' && message.includes(name));
  const about = named === undefined ? (subject ?? path) : undefined;
  const lines = [
    `twinport: ${paint('red', printable(about === undefined ? message : `${about.replace(/:$/, '')}: ${message}`))}`,
  ];
  if (error instanceof DataConnectionError) lines.push(...attemptLines(error.attempts));
  if (error instanceof FtpError && error.hint !== undefined)
    lines.push(`  ${paint('bold', 'hint:')} ${printable(error.hint)}`);
  const options = error instanceof FtpError ? optionsFor(error) : undefined;
  if (options !== undefined) lines.push(`  ${paint('bold', 'options for this:')} ${options}`);
  return lines;
}

function optionsFor(error: FtpError): string | undefined {
  const { code, command = '' } = error;
  if (code === 'NOT_FOUND') return ['STOR', 'MKD'].includes(command) ? '--parents makes missing folders' : undefined;
  if (code === 'LIMIT') return /maxDelete/.test(error.message) ? '--max-delete N, or N%' : undefined;
  // Without TLS there is no certificate to be trusted.
  if (code === 'TLS' && (error.reply || speaksNoTls(error.cause))) return undefined;
  if (code === 'TLS' && wantsCertificate(error.cause)) return '--cert FILE, --key FILE';
  return OPTIONS[code];
}

function speaksNoTls(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].includes(errnoOf(cause) ?? '') || speaksNoTls(cause.cause);
}

/** The server has ended TLS, and it is our certificate that it wants or does not like. */
function wantsCertificate(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  return (
    /_ALERT_(.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/.test(errnoOf(cause) ?? '') || wantsCertificate(cause.cause)
  );
}

/** What the command line has for a kind of failure; the client's own hints know nothing of it. */
const OPTIONS: Partial<Readonly<Record<FtpErrorCode, string>>> = {
  TLS: '--ca FILE, --pin SHA256, --insecure',
  LOGIN: '--user NAME, --password-file FILE, --password-stdin',
  DATA_CONNECTION: '--passive, --active, --active-ports A-B, --active-address ADDR; twinport doctor tells more',
  TIMEOUT: '--timeout S, --retries N',
  STALLED: '--timeout S, --retries N',
};

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message.replaceAll(/\s*\n\s*/g, '; ');
}

const at = ({ host, port }: { host: string; port: number }): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** One line for each way that was tried, columns aligned. */
function attemptLines(attempts: readonly DataAttempt[]): string[] {
  const rows = attempts.map(({ mode, command, endpoint, announced, outcome, milliseconds }) => {
    const announcement = announced ? ` (announced ${at(announced)})` : '';
    return [mode, command, `${endpoint ? at(endpoint) : '-'}${announcement}`, `${outcome} (${milliseconds} ms)`];
  });
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map(
    (row) => `  tried ${row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0)).join('  ')}`,
  );
}

/** The same as an object: what `failed` holds in JSON. */
export function errorRecord(error: unknown, subject: string | undefined): object {
  const exitCode = exitCodeOf(error);
  const about = subject === undefined ? {} : { subject };
  if (!(error instanceof FtpError))
    return { ...about, code: errnoOf(error) ?? 'OTHER', exitCode, message: messageOf(error) };
  return {
    ...about,
    code: error.code,
    exitCode,
    phase: error.phase,
    message: error.message,
    ...(error.path !== undefined && { path: error.path }),
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.command !== undefined && { command: error.command }),
    ...(error.reply && { reply: error.reply }),
    retryable: error.retryable,
    ...(error instanceof DataConnectionError && { attempts: error.attempts }),
  };
}
