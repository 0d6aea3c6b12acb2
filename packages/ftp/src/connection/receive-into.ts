import net, { type OnReadOpts, type Socket } from 'node:net';
import { DirectSocket } from './direct-socket.js';

/** What `net.Server` makes its sockets of; `net.Socket` takes it as an option. */
type Accepted = Socket & { _handle: object | null };

/** The same connection, nothing read of it yet, receiving into buffers of our own: `net.Server` has no option for that. */
export function receiveInto(accepted: Socket | DirectSocket, onread: OnReadOpts | undefined): Socket {
  if (accepted instanceof DirectSocket) return accepted.adopt(onread);
  if (!onread || !hasHandle(accepted)) return accepted; // without a handle it is closed already
  const { _handle: handle } = accepted;
  accepted._handle = null;
  accepted.destroy();
  const options = { handle, onread, allowHalfOpen: true, pauseOnCreate: true, readable: true, writable: true };
  return new net.Socket(options);
}

function hasHandle(socket: Socket): socket is Accepted {
  return '_handle' in socket && typeof socket._handle === 'object' && socket._handle !== null;
}
