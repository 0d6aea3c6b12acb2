import type { PortRange } from '@twinport/ftp/client';
import type { Server, SourcePort } from '@twinport/ftp/server';
import {
  type LogFormat,
  type ServeOptions,
  type ServeTls,
  type ServeUser,
  type Started,
  closeAccounts,
  describePortPlan,
  logTo,
  noteTo,
  portPlan,
  readConfig,
  startServer,
  traceTo,
} from '../daemon/index.js';
import { endOnSignals } from './signals.js';

export interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly user?: readonly ServeUser[];
  readonly database?: string;
  readonly passivePorts?: PortRange;
  readonly publicAddress?: string;
  readonly activePort?: SourcePort;
  readonly tls?: ServeTls;
  readonly requireTls?: boolean;
  /** False with --no-zero-copy. */
  readonly zeroCopy: boolean;
  readonly workers?: number | 'auto';
  readonly config?: string;
  readonly trace?: boolean;
  readonly logFormat: LogFormat;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Serves until a signal ends it. */
export async function serve(directory: string | undefined, flags: ServeFlags): Promise<void> {
  const fromFile = flags.config === undefined ? {} : await readConfig(flags.config);
  const started = await startServer({ ...fromFile, ...optionsOf(directory, flags) }, (server) => {
    if (!flags.quiet) logTo(server, flags.logFormat);
    if (flags.trace) traceTo(server, flags.logFormat);
  });
  const { reason } = started.zeroCopy;
  if (!flags.quiet && reason !== undefined)
    noteTo(flags.logFormat, `zero copy is off, and files go through the event loop: ${reason}`);
  process.stdout.write(
    `${flags.json ? JSON.stringify(portPlan(started.server, started.workers)) : readyText(started)}\n`,
  );
  try {
    await endOnSignals(started.server, started.failed);
  } finally {
    await started.pinholes?.close();
    await closeAccounts(started.server.options.accounts);
  }
}

function optionsOf(directory: string | undefined, flags: ServeFlags): ServeOptions {
  const {
    host,
    port,
    user,
    database,
    passivePorts: passive,
    publicAddress,
    activePort: active,
    tls,
    requireTls,
    workers,
  } = flags;
  return {
    ...(directory !== undefined && { directory }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(user && { users: user }),
    ...(database !== undefined && { accountSources: [{ kind: 'database', url: database }] }),
    ...(passive && { passivePorts: passive }),
    ...(publicAddress !== undefined && { publicAddress }),
    ...(active !== undefined && { activePort: active }),
    ...(tls && { tls }),
    ...(requireTls && { requireTls }),
    ...(!flags.zeroCopy && { zeroCopy: 'off' }),
    ...(workers !== undefined && { workers }),
  };
}

function readyText({ server, directory, certificate, zeroCopy, workers }: Started): string {
  const { url } = portPlan(server);
  return [
    `listening ${url}`,
    `  folder     ${directory}, ${whoMay(server)}`,
    ...describePortPlan(server),
    `  zero copy  ${zeroCopy.zeroCopy ? 'on: the kernel moves files in clear' : 'off'}`,
    ...(workers > 1 ? [`  workers    ${workers} processes run the sessions`] : []),
    ...(certificate ? [`  SHA-256    ${certificate.fingerprint}`] : []),
    `try: ${curlLine(server)}`,
  ].join('\n');
}

function whoMay(server: Server): string {
  return server.options.accounts.isAnonymous?.('anonymous') ? 'anybody may read' : 'for its users';
}

/** A line to copy: the wildcard address of a listener is not one to connect to. */
function curlLine(server: Server): string {
  const { host, port, tls } = portPlan(server);
  const reachable =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const insecure = tls === 'none' ? '' : ` --insecure${tls === 'explicit' ? ' --ssl-reqd' : ''}`;
  const login = server.options.accounts.isAnonymous?.('anonymous') ? '' : ' --user NAME:PASSWORD';
  return `curl${insecure}${login} ${tls === 'implicit' ? 'ftps' : 'ftp'}://${reachable}:${port}/`;
}
