import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import type { FingerprintObservation } from '@twinport/ftp/firewall';
import { type Endpoint, formatEprt, formatHostPort } from '@twinport/ftp/protocol';

/** Longer than TCP takes to send a lost segment a third time. */
const ANSWER_MS = 3_500;
/** Announced before anybody is logged in: no server connects there. */
const ANNOUNCED_PORT = 50_000;

/** How lines are written that a firewall's helper may fail to read: the pieces, each in a segment of its own. */
const SHAPES: readonly { readonly shape: FingerprintObservation['shape']; readonly write: Writing }[] = [
  { shape: 'in two segments', write: (line) => [line.slice(0, -4), `${line.slice(-4)}\r\n`] },
  { shape: 'with two spaces', write: (line) => [`${line.replace(' ', '  ')}\r\n`] },
  { shape: 'ended by LF alone', write: (line) => [`${line}\n`] },
];
type Writing = (line: string) => readonly string[];

/**
 * Sends odd lines to a server, each on a connection of its own and before any login, and sees which get an answer. NOOP is written as oddly
 * as PORT, so that a server that cannot read such lines is not taken for a firewall.
 */
export async function fingerprint(server: Endpoint, signal: AbortSignal): Promise<readonly FingerprintObservation[]> {
  const family = net.isIPv6(server.host) ? 'ipv6' : 'ipv4';
  return await Promise.all(
    SHAPES.map(async ({ shape, write }): Promise<FingerprintObservation> => {
      const [plain, asked] = await Promise.all([
        isAnswered(server, signal, () => write('NOOP')),
        isAnswered(server, signal, (local) => write(portLine(local))),
      ]);
      return { kind: 'fingerprint', family, security: 'clear', shape, plain, asked };
    }),
  );
}

function portLine(host: string): string {
  const endpoint = { host, port: ANNOUNCED_PORT };
  return net.isIPv4(host) ? `PORT ${formatHostPort(endpoint)}` : `EPRT ${formatEprt(endpoint)}`;
}

async function isAnswered(
  { host, port }: Endpoint,
  stopped: AbortSignal,
  pieces: (local: string) => readonly string[],
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MS);
  const signal = AbortSignal.any([stopped, late.signal]);
  const socket = net.connect({ host, port, noDelay: true });
  socket.on('error', () => {}); // whatever waits for something then hears of it; between two waits nobody does
  try {
    await once(socket, 'data', { signal }); // the greeting
    // A helper reads what comes behind the end of a line that it has seen.
    await written(socket, 'NOOP\r\n');
    await once(socket, 'data', { signal });
    for (const piece of pieces(socket.localAddress ?? '')) await written(socket, piece);
    await once(socket, 'data', { signal });
    return true;
  } catch {
    return false; // there was none in time, or the connection ended
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Handed to the kernel by itself, so that it is a segment. */
function written(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => socket.write(text, (error) => (error ? reject(error) : resolve())));
}
