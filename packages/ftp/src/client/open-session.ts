import type { Socket } from 'node:net';
import { ConnectionFault, type Dial, dialDirectly } from '../connection/index.js';
import type { Core } from './core.js';
import { FtpError } from './errors.js';
import { connectError } from './fault-error.js';
import { type ServerFacts, greet, learnFacts, logIn, prepare, protectData, secure } from './log-in.js';
import { ClientSession } from './session.js';

export interface OpenedSession {
  readonly session: ClientSession;
  readonly facts: ServerFacts;
}

/** Connects and logs in. `known`: from another connection to the same server. Rejects with FtpError, nothing being left open. */
export async function openSession(
  core: Core,
  number: number,
  { signal, known }: { readonly signal: AbortSignal; readonly known: ServerFacts | undefined },
): Promise<OpenedSession> {
  const { settings } = core;
  const socket = await dialServer(core, signal);
  const session = new ClientSession(core, socket, number);
  const abort = (): void =>
    session.fail(new FtpError('ABORTED', 'Connecting was given up', { phase: 'connect', connectionUsable: false }));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort(); // as the dial ended
  try {
    if (session.tls && settings.tlsMode === 'implicit') await session.startTls(session.tls);
    const greeting = await greet(session);
    await secure(session);
    await logIn(session);
    await protectData(session);
    const facts = known ?? (await learnFacts(session, greeting));
    await prepare(session, facts);
    return { session, facts };
  } catch (cause) {
    // A handshake that fails ends the connection: it is the handshake that says why.
    const isHandshake = cause instanceof ConnectionFault && cause.code === 'TLS_HANDSHAKE';
    const error = (isHandshake ? undefined : session.failure) ?? connectError(cause, settings.host, settings.port);
    if (error.transcript.length === 0) error.transcript = session.transcript.lines;
    session.fail(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** How connections to the server are dialled, of both kinds. */
export function dialOf({ settings: { proxy } }: Core): Dial {
  return proxy?.kind === 'tunnel' ? proxy.dial : dialDirectly;
}

async function dialServer(core: Core, signal: AbortSignal): Promise<Socket> {
  const { host, port, limits, proxy } = core.settings;
  const target = proxy?.kind === 'ftp' ? proxy.via : { host, port };
  try {
    return await dialOf(core)(target, { timeoutMs: limits.connectMs, signal });
  } catch (cause) {
    throw connectError(cause, target.host, target.port);
  }
}
