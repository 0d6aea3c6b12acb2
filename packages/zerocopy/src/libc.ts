import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

type Call<Arguments extends readonly unknown[]> = (...values: Arguments) => number;

const library = koffi.load('libc.so.6');

function declare<Arguments extends readonly unknown[]>(prototype: string): Call<Arguments> {
  return library.func(prototype);
}

/** Functions of the C library, as their manual pages describe them. A buffer stands for a pointer; a negative result for an error. */
export const libc = {
  socket: declare<[number, number, number]>('int socket(int, int, int)'),
  bind: declare<[number, Uint8Array, number]>('int bind(int, const void *, uint32_t)'),
  listen: declare<[number, number]>('int listen(int, int)'),
  accept4: declare<[number, Uint8Array, Uint32Array, number]>('int accept4(int, void *, void *, int)'),
  connect: declare<[number, Uint8Array, number]>('int connect(int, const void *, uint32_t)'),
  getsockname: declare<[number, Uint8Array, Uint32Array]>('int getsockname(int, void *, void *)'),
  setsockopt: declare<[number, number, number, Uint8Array, number]>(
    'int setsockopt(int, int, int, const void *, uint32_t)',
  ),
  recv: declare<[number, Uint8Array, number, number]>('int64_t recv(int, void *, uint64_t, int)'),
  send: declare<[number, Uint8Array, number, number]>('int64_t send(int, const void *, uint64_t, int)'),
  sendfile: declare<[number, number, BigInt64Array, number]>('int64_t sendfile(int, int, void *, uint64_t)'),
  shutdown: declare<[number, number]>('int shutdown(int, int)'),
  close: declare<[number]>('int close(int)'),
} as const;

// errno(3), of the architectures that koffi is built for.
const EINTR = 4;
const EAGAIN = 11;
const EALREADY = 114;
const EINPROGRESS = 115;
const WAITING: ReadonlySet<number> = new Set([EINTR, EAGAIN, EALREADY, EINPROGRESS]);

/** What a call returned; undefined where a socket that may not block would have had to wait. */
export function unlessWaiting(call: keyof typeof libc, result: number): number | undefined {
  if (result >= 0) return result;
  if (WAITING.has(koffi.errno())) return undefined;
  throw lastError(call);
}

/** The error of the last call that failed, by its name. */
function lastError(call: string): NodeJS.ErrnoException {
  const code = getSystemErrorName(-koffi.errno());
  return Object.assign(new Error(`${call} ${code}`), { code, syscall: call });
}

/** What a call returned, unless it failed. */
export function checked(call: keyof typeof libc, result: number): number {
  if (result < 0) throw lastError(call);
  return result;
}
