import type { CommandHost } from '../command-host.js';
import type { Remote } from '../remotes.js';
import { clientInFolder } from './client-in-folder.js';
import type { Shell } from './shell.js';

/** What a command of the command line needs of the shell that runs it. */
export function hostOf(shell: Shell, signal: AbortSignal, ended: (exitCode: number) => void): CommandHost {
  const job = shell.jobOf(signal);
  const server = shell.server;
  const client = clientInFolder(job?.client ?? server.client, server.folder);
  const adopted = new Map<Remote['client'], Remote['client']>();
  return {
    signal,
    stdout: job?.watch.stdout ?? process.stdout,
    stderr: job?.watch.stderr ?? process.stderr,
    open: (path) => ({ client, path, label: '' }),
    adopt: (remote) => {
      const own = adopted.get(remote.client) ?? clientInFolder(remote.client, undefined);
      adopted.set(remote.client, own);
      return { ...remote, client: own };
    },
    ended,
  };
}
