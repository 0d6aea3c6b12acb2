import { AsyncLocalStorage } from 'node:async_hooks';
import type { Writable } from 'node:stream';
import type { Remote } from './remotes.js';
import type { ScreenStream } from './screen.js';

/** How a path on the server that a shell has open is written as an argument: behind this, as it is. */
export const HERE = 'here://';

/** Whoever runs commands inside a process that goes on: the shell. It owns the connection, the signals and the exit code. */
export interface CommandHost {
  readonly signal: AbortSignal;
  readonly stdout: Writable;
  readonly stderr: ScreenStream;
  /** A path on the open server, without HERE. */
  readonly open: (path: string) => Remote;
  /** Seen from a host, clients of other servers too can be copied to. */
  readonly adopt: (remote: Remote) => Remote;
  readonly ended: (exitCode: number) => void;
}

const hosts = new AsyncLocalStorage<CommandHost>();

export function commandHost(): CommandHost | undefined {
  return hosts.getStore();
}

/** Whatever commands `work` runs are this host's. */
export async function hosting<T>(host: CommandHost, work: () => Promise<T>): Promise<T> {
  return await hosts.run(host, work);
}

/** An argument as its user wrote it. */
export function asWritten(text: string): string {
  return text.startsWith(HERE) ? text.slice(HERE.length) || '.' : text;
}
