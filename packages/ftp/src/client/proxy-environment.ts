import { FtpError } from './errors.js';
import { noProxy } from './no-proxy.js';
import type { TlsMode } from './options.js';
import { parseProxy } from './proxy.js';

/**
 * The URL of the proxy that the environment names for a host, fit for the option `proxy`; `undefined` where it names none or excepts the host.
 * `ftp_proxy` (with implicit TLS `ftps_proxy`), then `all_proxy`; `no_proxy` excepts hosts, see {@link noProxy}. Each in lower case, then in
 * upper case; an empty one counts as absent. Throws FtpError('USAGE') that names the variable.
 */
export function proxyFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { host, tls }: { readonly host: string; readonly tls: TlsMode },
): string | undefined {
  const set = (...names: readonly string[]): string | undefined =>
    names.flatMap((name) => [name, name.toUpperCase()]).find((name) => (environment[name] ?? '').trim() !== '');
  const name = set(tls === 'implicit' ? 'ftps_proxy' : 'ftp_proxy', 'all_proxy');
  if (name === undefined) return undefined;
  const exceptions = set('no_proxy');
  if (exceptions !== undefined && noProxy(host, environment[exceptions] ?? '')) return undefined;
  const text = environment[name] ?? '';
  check(name, text);
  return text;
}

function check(name: string, text: string): void {
  try {
    parseProxy(text);
  } catch (error) {
    if (!(error instanceof FtpError)) throw error;
    const { phase, hint } = error;
    throw new FtpError(error.code, `${name} in the environment: ${error.message}`, {
      phase,
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
