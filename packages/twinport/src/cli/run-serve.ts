import type { Server } from '@twinport/ftp/server';
import {
  type LogFormat,
  type ServeOptions,
  type Sources,
  type Started,
  closeAccounts,
  describePortPlan,
  loadConfiguration,
  logTo,
  noteTo,
  portPlan,
  reload,
  startServer,
  traceTo,
} from '../daemon/index.js';
import { type SettingFlags, flagsLayer } from './serve-flags.js';
import { endOnSignals } from './signals.js';

export interface ServeFlags extends SettingFlags {
  readonly config?: string;
  readonly trace?: boolean;
  readonly logFormat: LogFormat;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Serves until a signal ends it. */
export async function serve(directory: string | undefined, flags: ServeFlags): Promise<void> {
  const sources = { file: flags.config, env: process.env, flags: flagsLayer(directory, flags) };
  const { options } = await loadConfiguration(sources);
  const started = await startServer(options, (server) => {
    if (!flags.quiet) logTo(server, flags.logFormat);
    if (flags.trace) traceTo(server, flags.logFormat);
  });
  const { reason } = started.zeroCopy;
  const { detected } = started;
  if (!flags.quiet && detected) noteTo(flags.logFormat, `public address ${detected.address}, from ${detected.source}`);
  if (!flags.quiet && reason !== undefined)
    noteTo(flags.logFormat, `zero copy is off, and files go through the event loop: ${reason}`);
  // Before anybody can know that it is there: a signal that comes earlier would end it.
  if (flags.config !== undefined) reloadOnHangup(flags.config, sources, started, options, flags.logFormat);
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

/** SIGHUP: the file is read again. What cannot be taken on is said, and what was goes on. Without a file it ends the server, as a closed terminal does. */
function reloadOnHangup(
  file: string,
  sources: Sources,
  started: Started,
  first: ServeOptions,
  format: LogFormat,
): void {
  let running = first;
  const reloadOnce = async (): Promise<void> => {
    try {
      const { options } = await loadConfiguration(sources);
      const restart = await reload(started, running, options);
      running = options;
      const later = restart.length > 0 ? `; it takes a restart to change ${restart.join(', ')}` : '';
      noteTo(format, `${file} is in force as it is now${later}`);
    } catch (error) {
      const lines = error instanceof Error ? error.message.split('\n') : [String(error)];
      for (const line of [...lines, `${file} is not taken on: what was in force still is`]) noteTo(format, line);
    }
  };
  let settled = Promise.resolve();
  process.on('SIGHUP', () => {
    settled = settled.then(reloadOnce);
  });
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
