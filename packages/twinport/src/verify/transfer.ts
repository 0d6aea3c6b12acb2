import { type ConnectOptions, DataConnectionError, FtpError, type PortRange, connect } from '@twinport/ftp/client';
import { type Outcome, type Way, commandOf, modeOfWay } from '@twinport/ftp/firewall';
import { CONTENT, FILE } from './content.js';

export interface TransferRequest {
  readonly host: string;
  readonly port: number;
  readonly way: Way;
  readonly tls: boolean;
  /** How long to wait for the control connection, and for a data connection. */
  readonly connectMs: number;
  readonly waitMs: number;
}

export interface Measured {
  /** `no control`: it did not come to a data connection. */
  readonly outcome: Outcome | 'no control';
  /** What our client says of it; empty where it works. */
  readonly message: string;
}

/** Beside what rules open for servers. */
const ACTIVE: PortRange = { first: 30_000, last: 49_000 };
let lastActive = ACTIVE.first;

/** A port that none before has used: devices remember a connection for minutes, and would let one between the same ends pass. */
function nextActivePort(): PortRange {
  lastActive = lastActive < ACTIVE.last ? lastActive + 1 : ACTIVE.first;
  return { first: lastActive, last: lastActive };
}

/** Logs in, fetches the file this one way, and says how that ended. Rejects with what no firewall is to blame for. */
export async function transfer(request: TransferRequest): Promise<Measured> {
  try {
    await using client = await connect(optionsOf(request));
    const content = await client.bytes(FILE);
    if (Buffer.compare(content, CONTENT) !== 0) throw new Error('the file has come with other content');
    return { outcome: 'ok', message: '' };
  } catch (error) {
    if (!(error instanceof FtpError)) throw error;
    return { outcome: outcomeOf(error, request), message: error.message };
  }
}

function optionsOf({ host, port, way, tls, connectMs, waitMs }: TransferRequest): ConnectOptions {
  return {
    host,
    port,
    tls: tls ? { mode: 'explicit', insecure: true } : 'off',
    data: {
      mode: modeOfWay(way),
      command: commandOf(way),
      trustServerAddress: way === 'PASV',
      activePorts: nextActivePort(),
    },
    limits: { dataOpenMs: waitMs, connectMs, maxAttempts: 1, abortMs: waitMs },
  };
}

function outcomeOf(error: FtpError, { way }: TransferRequest): Measured['outcome'] {
  const [attempt] = error instanceof DataConnectionError ? error.attempts : [];
  if (!attempt) return 'no control';
  if (attempt.outcome.startsWith('500')) return '500';
  if (modeOfWay(way) === 'active') return attempt.outcome.startsWith('425') ? '425' : 'timeout';
  return attempt.timedOut ? 'timeout' : 'refused';
}
