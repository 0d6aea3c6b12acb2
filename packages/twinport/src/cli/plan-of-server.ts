import { type Client, type ConnectOptions, connect } from '@twinport/ftp/client';
import { type PortPlan, onePort } from '@twinport/ftp/firewall';
import { type Endpoint, parseEpsvReply, parsePasvReply, reply } from '@twinport/ftp/protocol';
import { type ConnectFlags, resolveRemote } from '../sites/index.js';

/** Of an EPSV reply, the port alone. */
type Offer = Partial<Endpoint> & Pick<Endpoint, 'port'>;

/** What a running server tells of its ports, and what it does not. */
export interface AskedPlan {
  readonly plan: PortPlan;
  readonly warnings: readonly string[];
}

/** Connects, logs in, and has it listen once. PASV tells more than EPSV: the address, too. */
export async function planOfServer(text: string, flags: ConnectFlags, signal: AbortSignal): Promise<AskedPlan> {
  const { options } = await resolveRemote(text, flags);
  const client = await connect({ ...options, data: { mode: 'passive', extended: false } }, { signal });
  try {
    const { remote, features } = await client.info({ signal });
    const offered = await offerOf(client, signal);
    return {
      plan: {
        control: remote.port,
        passive: offered && onePort(offered.port),
        active: remote.port - 1,
        announced: offered?.host === remote.host ? undefined : offered?.host,
        tls: tlsOf(options, features),
      },
      warnings: warningsOf(remote.port, offered),
    };
  } finally {
    client.destroy();
  }
}

function tlsOf({ tls }: ConnectOptions, features: ReadonlyMap<string, string>): PortPlan['tls'] {
  const mode = typeof tls === 'object' ? tls.mode : tls;
  if (mode === 'implicit') return 'implicit';
  return features.has('AUTH') ? 'explicit' : 'none';
}

/** Where it says it listens, for a listing that is given up then. */
async function offerOf(client: Client, signal: AbortSignal): Promise<Offer | undefined> {
  const found = new AbortController();
  let offered: Offer | undefined;
  client.on('connection', (event) => {
    if (event.kind !== 'line' || event.direction !== 'in') return;
    const [, code, line] = /^(22[79]) (.*)$/.exec(event.text) ?? [];
    if (code === undefined || line === undefined) return;
    const answer = reply(Number(code), line);
    offered = code === '227' ? parsePasvReply(answer) : { port: parseEpsvReply(answer) };
    found.abort();
  });
  try {
    await client.list('', { signal: AbortSignal.any([signal, found.signal]) }).toArray();
  } catch (error) {
    // Listings fail where data connections are blocked: that is what rules are wanted for.
    if (signal.aborted) throw error;
  }
  return offered;
}

function warningsOf(control: number, offered: Offer | undefined): readonly string[] {
  const range = offered
    ? `the server listened on port ${offered.port}, one of its passive range: only its configuration tells the others`
    : 'the server would not listen, so its passive range is not known';
  return [
    `${range}. Name them with --passive-ports`,
    `where its active data connections come from cannot be seen from here: taken for port ${control - 1}, as RFC 959 says`,
  ];
}
