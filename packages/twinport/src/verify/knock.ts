import net from 'node:net';

/** A connection to try: from which port where that matters, to where, and how long to wait for it. */
export interface Knock {
  readonly host: string;
  readonly port: number;
  readonly localPort?: number;
  readonly waitMs: number;
}

/** How a try ended: connected, nothing came back, or somebody said no. */
export type Knocked = 'open' | 'silent' | 'refused';

export function knock({ host, port, localPort, waitMs }: Knock): Promise<Knocked> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, ...(localPort !== undefined && { localPort }) });
    const end = (how: Knocked): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(how);
    };
    // What has arrived while this process was not running comes before the end of the time.
    const late = setTimeout(() => setImmediate(() => end('silent')), waitMs);
    socket.on('connect', () => end('open')).on('error', () => end('refused'));
  });
}

/** Listens on ports of every address, for whoever knocks. Resolves once it does. */
export async function listen(ports: readonly number[]): Promise<void> {
  await Promise.all(
    ports.map(
      (port) =>
        new Promise<void>((resolve, reject) => {
          const listener = net.createServer((socket) => socket.on('error', () => {}).resume());
          listener.once('error', reject).listen(port, resolve);
        }),
    ),
  );
}
