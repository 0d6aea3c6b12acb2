import { ConnectionFault, errnoOf } from '../connection/index.js';
import { SyntaxFault } from '../protocol/index.js';
import { FtpError, type FtpErrorCode, type Phase } from './errors.js';

const DNS_ERRORS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_FAIL']);
/** Certificate faults that a wrong or private certificate authority causes. */
const UNKNOWN_ISSUER = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A failure of the control connection before anybody is logged in. */
export function connectError(cause: unknown, host: string, port: number): FtpError {
  if (cause instanceof FtpError) return cause;
  const root = cause instanceof ConnectionFault ? (cause.cause ?? cause) : cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  if (DNS_ERRORS.has(errnoOf(root) ?? '')) {
    return new FtpError('DNS', `There is no address for ${host}`, {
      phase: 'dns',
      hint: 'Check the spelling of the host, and that names can be looked up here.',
      retryable: errnoOf(root) === 'EAI_AGAIN',
      connectionUsable: false,
      cause,
    });
  }
  const code = cause instanceof ConnectionFault ? cause.code : 'RESET';
  if (code === 'TLS_HANDSHAKE') return tlsError(cause, host);
  if (code === 'ABORTED') return new FtpError('ABORTED', text, { phase: 'connect', connectionUsable: false, cause });
  if (code === 'PROXY') return new FtpError('PROXY', text, { phase: 'connect', connectionUsable: false, cause });
  return new FtpError('CONNECT', `No connection to ${host} port ${port}: ${text}`, {
    phase: 'connect',
    hint:
      code === 'REFUSED'
        ? 'Nothing listens on that port, or a firewall refuses it.'
        : 'Check host and port, and that a firewall lets this port out.',
    retryable: code !== 'REFUSED',
    connectionUsable: false,
    cause,
  });
}

export function tlsError(cause: unknown, host: string): FtpError {
  const root = cause instanceof ConnectionFault ? (cause.cause ?? cause) : cause;
  const errno = errnoOf(root) ?? '';
  const text = opensslReason(root instanceof Error ? root.message : String(root));
  const hint =
    certificateHint(errno) ??
    (UNKNOWN_ISSUER.has(errno)
      ? 'Nobody trusted has signed the certificate: give the certificate authority (ca), or a fingerprint (pins).'
      : errno === 'ERR_TLS_CERT_ALTNAME_INVALID'
        ? 'The certificate is for another name: use that name as the host, or give it as servername.'
        : errno === 'CERT_HAS_EXPIRED'
          ? 'The certificate has expired: the server needs a new one.'
          : /wrong version number|packet length too long|http request/i.test(text)
            ? 'The server does not speak TLS there: try explicit TLS on port 21, or implicit TLS on port 990.'
            : undefined);
  return new FtpError('TLS', `TLS with ${host} failed: ${text}`, {
    phase: 'tls',
    retryable: isCut(root),
    connectionUsable: false,
    cause,
    ...(hint !== undefined && { hint }),
  });
}

/** Alerts that only speak of the client's certificate (RFC 8446 §6.2). */
const CERTIFICATE_ALERT =
  /_ALERT_(CERTIFICATE_(REQUIRED|EXPIRED|REVOKED|UNKNOWN)|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA)$/;

/** The server has ended TLS because of our certificate, or because there was none. */
export function refusesCertificate(cause: unknown): boolean {
  return CERTIFICATE_ALERT.test(errnoOf(cause) ?? '');
}

function certificateHint(errno: string): string | undefined {
  if (errno.endsWith('_ALERT_CERTIFICATE_REQUIRED'))
    return 'The server lets in only clients that have a certificate: give one, and its key (cert, key).';
  if (CERTIFICATE_ALERT.test(errno))
    return 'The server does not accept our certificate (cert): it wants one that an authority it knows has signed, and that is valid now.';
  // Before TLS 1.3 there was no alert for it.
  if (errno.endsWith('_ALERT_HANDSHAKE_FAILURE'))
    return 'The server lets in only clients that have a certificate (cert, key), or it has no cipher in common with us (ciphers).';
  return undefined;
}

/** `…:error:0A00010B:SSL routines:function:wrong version number:file:350:` says one thing for people. */
export function opensslReason(text: string): string {
  return /error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)/.exec(text)?.[1] ?? text;
}

/** The connection was lost in the middle of a handshake, or nothing came, which tells nothing of TLS. */
function isCut(cause: unknown): boolean {
  return cause === undefined || errnoOf(cause) === 'ECONNRESET' || errnoOf(cause) === 'EPIPE';
}

const DATA_CODES: Partial<Record<ConnectionFault['code'], FtpErrorCode>> = {
  STALLED: 'STALLED',
  TLS_HANDSHAKE: 'TLS',
  TLS_NOT_RESUMED: 'TLS',
  TIMEOUT: 'TIMEOUT',
  ABORTED: 'ABORTED',
};

/** What the doctor calls DATA_STALL_PMTU looks like any other stall from one end. */
const STALLED_HINT =
  'Nothing has moved for limits.stallMs. If small files and listings come and large ones stop, full packets are lost: somewhere on the way the MTU is smaller, and a firewall drops the ICMP that would say so ("fragmentation needed", "packet too big" with IPv6). Let that ICMP through, or have the router clamp the MSS, or lower the MTU here. Else the server is overloaded, or the connection is gone.';

/** What went wrong while a data connection was open, or in the code that reads and writes files here. */
export function transferError(cause: unknown, path: string): FtpError {
  if (cause instanceof FtpError) return cause;
  if (cause instanceof ConnectionFault) {
    const code = DATA_CODES[cause.code] ?? 'CLOSED';
    const retryable = code === 'TLS' ? isCut(cause.cause) : code !== 'ABORTED';
    return new FtpError(code, `${path}: the data connection failed: ${cause.message}`, {
      phase: 'transfer',
      path,
      retryable,
      cause,
      ...(code === 'STALLED' && { hint: STALLED_HINT }),
    });
  }
  if (cause instanceof SyntaxFault) {
    return new FtpError('PROTOCOL', `${path}: ${cause.message}`, { phase: 'transfer', path, cause });
  }
  // What a pause of the rate limit rejects with, whatever the signal's reason.
  if (cause instanceof Error && cause.name === 'AbortError') {
    return new FtpError('ABORTED', `${path}: the transfer was aborted`, { phase: 'transfer', path, cause });
  }
  return localError(cause, path);
}

/** A file, or a stream, of our own side. `written`: the name it has until it is whole, which nobody asked for. */
export function localError(cause: unknown, path: string, written = path): FtpError {
  if (cause instanceof FtpError) return cause;
  const errno = errnoOf(cause);
  const code: FtpErrorCode =
    errno === 'ENOSPC' || errno === 'EDQUOT'
      ? 'NO_SPACE'
      : errno === 'ENOENT'
        ? 'NOT_FOUND'
        : errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS'
          ? 'PERMISSION'
          : 'LOCAL';
  const phase: Phase = 'local';
  const message = (cause instanceof Error ? cause.message : String(cause)).replaceAll(written, path);
  return new FtpError(code, message, { phase, path, cause });
}

/**
 * A server that refuses connections after there have been some is being restarted, most likely. Whoever else writes to the target
 * takes longer than a pause between tries.
 */
export function isWorthAnotherTry({ retryable, code }: FtpError, attempt: number): boolean {
  return (retryable && code !== 'IN_USE') || (code === 'CONNECT' && attempt > 1);
}
