import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { type Securing, type TlsSessions, secureAsClient } from '../connection/index.js';
import { FtpError } from './errors.js';
import { opensslReason } from './fault-error.js';
import type { Settings } from './settings.js';

/** How one session does TLS, on its control connection and then, as the same client of the same server, on its data connections. */
export class TlsClient {
  readonly #settings: Settings;
  readonly #sessions: TlsSessions;
  readonly #secureContext: tls.SecureContext;
  #controlFingerprint: string | undefined;

  /** Throws FtpError('TLS') on certificates or keys that cannot be read. */
  constructor(settings: Settings, sessions: TlsSessions) {
    this.#settings = settings;
    this.#sessions = sessions;
    this.#secureContext = secureContextOf(settings);
  }

  readonly secureControl: Securing = (socket) =>
    secureAsClient(socket, {
      ...this.#common,
      check: (stream) => {
        const wrong = this.#judge(stream);
        this.#controlFingerprint = fingerprintOf(stream);
        return wrong;
      },
    });

  /** The server proves by resuming, or by the certificate of the control connection, or by a good one, that it is the same. */
  secureData({ watchesEnd = false } = {}): Securing {
    return (socket) =>
      secureAsClient(socket, { ...this.#common, watchesEnd, check: (stream) => this.#judgeData(stream) });
  }

  #judgeData(stream: tls.TLSSocket): Error | undefined {
    if (stream.isSessionReused()) return undefined;
    if (this.#settings.tls.requireResumption)
      return new Error('the server did not resume the TLS session of the control connection');
    const same = this.#controlFingerprint !== undefined && fingerprintOf(stream) === this.#controlFingerprint;
    return same ? undefined : this.#judge(stream);
  }

  get #common(): Omit<Parameters<typeof secureAsClient>[1], 'check'> {
    const { host, limits, tls: options } = this.#settings;
    const servername = options.servername ?? host;
    return {
      secureContext: this.#secureContext,
      host: servername,
      handshakeMs: limits.tlsHandshakeMs,
      sessions: this.#sessions,
      ...(isIP(servername) === 0 && { servername }),
    };
  }

  #judge(stream: tls.TLSSocket): Error | undefined {
    const { insecure, pins } = this.#settings.tls;
    if (pins && pins.length > 0)
      return isPinned(stream, pins) ? this.#ownCheck(stream) : new Error('the certificate is none of the pinned ones');
    if (insecure || stream.authorized) return this.#ownCheck(stream);
    return authorizationError(stream);
  }

  #ownCheck(stream: tls.TLSSocket): Error | undefined {
    const { host, tls: options } = this.#settings;
    return options.checkCertificate?.(options.servername ?? host, stream.getPeerCertificate());
  }
}

function secureContextOf({ tls: options }: Settings): tls.SecureContext {
  const { ca, cert, key, passphrase, minVersion = 'TLSv1.2', maxVersion, ciphers } = options;
  try {
    return tls.createSecureContext({
      minVersion,
      ...(ca !== undefined && { ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(passphrase !== undefined && { passphrase }),
      ...(maxVersion !== undefined && { maxVersion }),
      ...(ciphers !== undefined && { ciphers }),
    });
  } catch (cause) {
    throw new FtpError(
      'TLS',
      `The TLS options cannot be used: ${opensslReason(cause instanceof Error ? cause.message : String(cause))}`,
      { phase: 'usage', cause },
    );
  }
}

function fingerprintOf(stream: tls.TLSSocket): string | undefined {
  const raw = stream.getPeerX509Certificate()?.raw;
  return raw && createHash('sha256').update(raw).digest('hex');
}

function isPinned(stream: tls.TLSSocket, pins: readonly string[]): boolean {
  const fingerprint = fingerprintOf(stream);
  return pins.some((pin) => pin.replaceAll(':', '').toLowerCase() === fingerprint);
}

/** Node says a string where its types say an Error. */
function authorizationError(stream: tls.TLSSocket): Error {
  const said: unknown = stream.authorizationError;
  if (said instanceof Error) return said;
  const code = String(said);
  return Object.assign(new Error(code.replaceAll('_', ' ').toLowerCase()), { code });
}
