import type { HeldSession } from '@twinport/ftp/client';
import type { PortPlan } from '@twinport/ftp/firewall';
import { parseEpsvReply, parsePasvReply } from '@twinport/ftp/protocol';
import type { CommandRun } from './command-run.js';

/** What a running server tells of its ports, and what it does not. */
export interface AskedPlan {
  readonly plan: PortPlan;
  readonly warnings: readonly string[];
}

/** Connects, logs in, and has it listen once. */
export async function planOfServer(run: CommandRun, text: string): Promise<AskedPlan> {
  const { client, label } = await run.open(text);
  const implicit = label.startsWith('ftps:');
  return await client.session(async (session) => ask(session, implicit, run.signal), { signal: run.signal });
}

async function ask(session: HeldSession, implicit: boolean, signal: AbortSignal): Promise<AskedPlan> {
  const { remote, features } = session.server;
  const epsv = await session.command('EPSV', { signal });
  const pasv = await session.command('PASV', { signal });
  const named = pasv.code === 227 ? parsePasvReply(pasv) : undefined;
  const port = epsv.code === 229 ? parseEpsvReply(epsv) : named?.port;
  const seen = port === undefined ? [] : [port, ...(named ? [named.port] : [])];
  const announced = named && named.host !== remote.host ? named.host : undefined;
  return {
    plan: {
      control: remote.port,
      passive: seen.length === 0 ? undefined : { first: Math.min(...seen), last: Math.max(...seen) },
      active: remote.port - 1,
      announced,
      tls: implicit ? 'implicit' : features.has('AUTH') ? 'explicit' : 'none',
    },
    warnings: [
      seen.length === 0
        ? 'the server would not listen, so its passive range is not known: name it with --passive-ports'
        : `the server listened on ${seen.join(' and ')}: its range is at least that, and only its configuration tells it whole. Name it with --passive-ports`,
      `where its active data connections come from cannot be seen from here: port ${remote.port - 1} is what RFC 959 says`,
    ],
  };
}
