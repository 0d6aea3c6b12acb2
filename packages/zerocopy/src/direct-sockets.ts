import type { Endpoint } from '@twinport/ftp/protocol';
import type { DirectListener, DirectPeer } from '@twinport/ftp/server';
import { checked, libc, unlessWaiting } from './libc.js';
import { AF_INET, AF_INET6, LONGEST, endpointIn, socketAddress } from './socket-address.js';

// Of Linux, on every architecture that Node.js runs on.
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_LINGER = 13;
const SHUT_WR = 1;
const MSG_NOSIGNAL = 0x4000;

const ON = Uint8Array.of(1, 0, 0, 0);
/** struct linger: on, and no time. */
const NO_LINGER = Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0]);

const address = new Uint8Array(LONGEST);
const addressLength = new Uint32Array(1);

function openSocket(host: string): number {
  const family = host.includes(':') ? AF_INET6 : AF_INET;
  return checked('socket', libc.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

/** Runs `use` with a new socket, which is closed when that fails. */
function withSocket<Result>(host: string, use: (socket: number) => Result): Result {
  const socket = openSocket(host);
  try {
    return use(socket);
  } catch (error) {
    libc.close(socket);
    throw error;
  }
}

export function listen(at: Endpoint, backlog: number): DirectListener {
  return withSocket(at.host, (descriptor) => {
    const own = socketAddress(at);
    checked('setsockopt', libc.setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, ON, ON.length));
    checked('bind', libc.bind(descriptor, own, own.length));
    checked('listen', libc.listen(descriptor, backlog));
    addressLength[0] = LONGEST;
    checked('getsockname', libc.getsockname(descriptor, address, addressLength));
    return { descriptor, port: endpointIn(address).port };
  });
}

export function accept(listener: number): DirectPeer | undefined {
  addressLength[0] = LONGEST;
  const descriptor = unlessWaiting(
    'accept4',
    libc.accept4(listener, address, addressLength, SOCK_NONBLOCK | SOCK_CLOEXEC),
  );
  return descriptor === undefined ? undefined : { descriptor, remote: endpointIn(address) };
}

export function connect(target: Endpoint): number | undefined {
  return withSocket(target.host, (socket) => {
    const there = socketAddress(target);
    // The answer of a listener on this machine is here by the second call.
    const attempt = (): number | undefined => unlessWaiting('connect', libc.connect(socket, there, there.length));
    if ((attempt() ?? attempt()) !== undefined) return socket;
    libc.close(socket);
    return undefined;
  });
}

export function read(socket: number, into: Uint8Array): number | undefined {
  return unlessWaiting('recv', libc.recv(socket, into, into.length, 0));
}

export function write(socket: number, bytes: Uint8Array): number {
  return unlessWaiting('send', libc.send(socket, bytes, bytes.length, MSG_NOSIGNAL)) ?? 0;
}

export function shutdown(socket: number): void {
  checked('shutdown', libc.shutdown(socket, SHUT_WR));
}

export function reset(socket: number): void {
  libc.setsockopt(socket, SOL_SOCKET, SO_LINGER, NO_LINGER, NO_LINGER.length);
  libc.close(socket);
}

export function close(descriptor: number): void {
  libc.close(descriptor);
}
