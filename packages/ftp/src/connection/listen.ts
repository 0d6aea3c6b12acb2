import net, { type Server } from 'node:net';

/** More than one, so that a stranger's connection, refused at once, does not keep the peer's out. */
const LISTEN_BACKLOG = 8;

/** A listener on the port, or undefined when that port is taken. */
export function listenOn(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ pauseOnConnect: true, allowHalfOpen: true });
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ host, port, exclusive: true, backlog: LISTEN_BACKLOG }, () => {
      server.removeAllListeners('error');
      resolve(server);
    });
  });
}
