import { type PortRange, ANY_PORT } from '../connection/index.js';
import { FtpError } from './errors.js';
import { checkRate } from './rate-limiter.js';
import { type Proxy, parseProxy } from './proxy.js';
import { type ClientLimits, DEFAULT_CLIENT_LIMITS } from './limits.js';
import type { ClientTlsOptions, ConnectOptions, DataOptions, TlsMode } from './options.js';
import { type TextCodec, textCodec } from './text-codec.js';

const LARGEST_PORT = 65_535;
/** Timers hold no more: a longer one would fire at once. */
const LARGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The options with every default in place. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: () => string | Promise<string>;
  readonly account: string | undefined;
  readonly tlsMode: TlsMode;
  readonly tls: ClientTlsOptions;
  readonly data: DataOptions & { readonly mode: 'auto' | 'passive' | 'active'; readonly activePorts: PortRange };
  readonly limits: ClientLimits;
  readonly codec: TextCodec;
  readonly proxy: Proxy | undefined;
  readonly options: ConnectOptions;
}

/** Throws FtpError('USAGE') for what cannot be kept to. */
export function settingsOf(options: ConnectOptions): Settings {
  const { host, user = 'anonymous', password, data = {} } = options;
  const tls = typeof options.tls === 'string' ? { mode: options.tls } : (options.tls ?? { mode: 'off' as const });
  const tlsMode = tls.mode ?? 'explicit';
  const port = options.port ?? (tlsMode === 'implicit' ? 990 : 21);
  expect(typeof host === 'string' && host !== '', 'host: give the name or address of a server');
  expect(isWhole(port, LARGEST_PORT) && port > 0, `port: ${port} is not from 1 to ${LARGEST_PORT}`);
  for (const [name, text] of Object.entries({ user, account: options.account ?? '', host })) {
    expect(!/[\r\n\0]/.test(text), `${name}: it may hold no CR, LF or NUL`);
  }
  expect(typeof options.rateLimit !== 'number', 'rateLimit: give { up, down }, in octets a second');
  checkRate('rateLimit.up', options.rateLimit?.up);
  checkRate('rateLimit.down', options.rateLimit?.down);
  const { activePorts = ANY_PORT } = data;
  expect(
    isWhole(activePorts.first, activePorts.last) && isWhole(activePorts.last, LARGEST_PORT),
    'activePorts: give first and last of a range of ports',
  );
  return {
    host,
    port,
    user,
    password: typeof password === 'function' ? password : () => password ?? (user === 'anonymous' ? 'anonymous@' : ''),
    account: options.account,
    tlsMode,
    tls,
    data: { ...data, mode: data.mode ?? 'auto', activePorts },
    limits: limitsOf(options.limits ?? {}),
    codec: textCodec(options.encoding ?? 'utf-8'),
    proxy: proxyOf(options.proxy, tlsMode),
    options,
  };
}

function proxyOf(option: ConnectOptions['proxy'], tlsMode: TlsMode): Proxy | undefined {
  if (typeof option === 'function') return { kind: 'tunnel', dial: option };
  const proxy = option === undefined ? undefined : parseProxy(option);
  // It reads the commands: TLS would be with the proxy, whose certificate is not the server's.
  expect(
    proxy?.kind !== 'ftp' || tlsMode === 'off' || tlsMode === 'if-offered',
    'proxy: no TLS with the server goes through an FTP proxy; use a SOCKS or HTTP proxy, or no TLS',
  );
  return proxy;
}

function limitsOf(own: Partial<ClientLimits>): ClientLimits {
  for (const [name, limit] of Object.entries(own)) {
    const largest = name.endsWith('Ms') ? LARGEST_TIMEOUT_MS : Number.MAX_SAFE_INTEGER;
    expect(Object.hasOwn(DEFAULT_CLIENT_LIMITS, name), `limits.${name}: there is no such limit`);
    expect(isWhole(limit, largest), `limits.${name}: ${limit} is not a whole number from 0 to ${largest}`);
  }
  return { ...DEFAULT_CLIENT_LIMITS, ...own };
}

function isWhole(value: number, largest: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= largest;
}

function expect(isRight: boolean, message: string): void {
  if (!isRight) throw new FtpError('USAGE', message, { phase: 'usage' });
}
