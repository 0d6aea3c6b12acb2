import type { Socket } from 'node:net';

/** What Node.js has below a socket. Not documented; the same in versions 20, 22 and 24. */
interface Handle {
  readonly fd?: number;
  reading: boolean;
  readStart(): void;
  readStop(): void;
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'readStart' in value && 'readStop' in value;
}

function handleOf(socket: Socket): Handle | undefined {
  return '_handle' in socket && isHandle(socket._handle) ? socket._handle : undefined;
}

/** Undefined where there is none, or none any more: a number must not be kept, since the next socket may get the same. */
export function descriptorOf(socket: Socket): number | undefined {
  const fd = handleOf(socket)?.fd;
  return fd !== undefined && fd >= 0 ? fd : undefined;
}

/** Has Node.js read nothing more, which `pause` does only when its buffer is full. It believes that it goes on, and so begins no more. */
export function stopReading(socket: Socket): void {
  const handle = handleOf(socket);
  if (!handle) return;
  handle.reading = true;
  handle.readStop();
}

export function startReading(socket: Socket): void {
  handleOf(socket)?.readStart();
}
