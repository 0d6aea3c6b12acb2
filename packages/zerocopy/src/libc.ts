import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

type Call<Arguments extends readonly unknown[]> = (...values: Arguments) => number;

if (process.platform !== 'linux') throw new Error(`only Linux has these system calls, and this is ${process.platform}`);

/** The C library that the process runs with, under whatever name: glibc and musl alike. */
const library = koffi.load(null);

function declare<Arguments extends readonly unknown[]>(prototype: string): Call<Arguments> {
  return library.func(prototype);
}

function declareIfThere<Arguments extends readonly unknown[]>(prototype: string): Call<Arguments> | undefined {
  try {
    return declare(prototype);
  } catch {
    return undefined; // an older C library
  }
}

/** Where an array lies: more than 64 octets of its own stay there. */
export function addressOf(array: Uint8Array | Uint32Array): number {
  return Number(koffi.address(array));
}

/** Functions of the C library, as their manual pages describe them. A buffer stands for a pointer, or the number of its address; a negative result for an error. */
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
  splice: declare<[number, null, number, BigInt64Array | null, number, number]>(
    'int64_t splice(int, void *, int, void *, uint64_t, unsigned int)',
  ),
  read: declare<[number, Uint8Array, number]>('int64_t read(int, void *, uint64_t)'),
  pwrite: declare<[number, Uint8Array, number, number]>('int64_t pwrite(int, const void *, uint64_t, int64_t)'),
  poll: declare<[Int32Array, number, number]>('int poll(void *, uint64_t, int)'),
  ioctl: declare<[number, number, Int32Array]>('int ioctl(int, unsigned long, void *)'),
  fcntl: declare<[number, number, number]>('int fcntl(int, int, int)'),
  pipe2: declare<[Int32Array, number]>('int pipe2(void *, int)'),
  eventfd: declare<[number, number]>('int eventfd(unsigned int, int)'),
  eventfd_read: declare<[number, BigInt64Array]>('int eventfd_read(int, void *)'),
  eventfd_write: declare<[number, number]>('int eventfd_write(int, uint64_t)'),
  posix_fadvise: declare<[number, number, number, number]>('int posix_fadvise(int, int64_t, int64_t, int)'),
  shutdown: declare<[number, number]>('int shutdown(int, int)'),
  getdents64: declareIfThere<[number, Uint8Array, number]>('int64_t getdents64(int, void *, uint64_t)'),
  statx: declareIfThere<[number, number, number, number, number]>(
    'int statx(int, uintptr_t, int, unsigned int, uintptr_t)',
  ),
  close: declare<[number]>('int close(int)'),
} as const;

// errno(3), of the architectures that koffi is built for.
const EINTR = 4;
const EAGAIN = 11;
const EALREADY = 114;
const EINPROGRESS = 115;
const WAITING: ReadonlySet<number> = new Set([EINTR, EAGAIN, EALREADY, EINPROGRESS]);

/** A call that failed, and the name of the error. */
export interface FailedCall {
  readonly call: keyof typeof libc;
  readonly code: string;
}

/** Why the last call failed; undefined where it would have had to wait, and may be done again. */
export function failure(call: keyof typeof libc): FailedCall | undefined {
  return WAITING.has(koffi.errno()) ? undefined : lastFailure(call);
}

class SystemError extends Error {
  readonly code: string;
  readonly syscall: FailedCall['call'];

  constructor({ call, code }: FailedCall) {
    super(`${call} ${code}`);
    this.code = code;
    this.syscall = call;
  }
}

export function systemError(failed: FailedCall): SystemError {
  return new SystemError(failed);
}

/** Of a {@link systemError}, whose code is lost when it is sent from thread to thread. Throws any other error. */
export function failedCall(error: unknown): FailedCall {
  if (error instanceof SystemError) return { call: error.syscall, code: error.code };
  throw error;
}

/** What a call returned; undefined where a socket that may not block would have had to wait. */
export function unlessWaiting(call: keyof typeof libc, result: number): number | undefined {
  if (result >= 0) return result;
  const failed = failure(call);
  if (failed) throw systemError(failed);
  return undefined;
}

/** What a call returned, unless it failed. */
export function checked(call: keyof typeof libc, result: number): number {
  if (result < 0) throw systemError(lastFailure(call));
  return result;
}

export function lastFailure(call: keyof typeof libc): FailedCall {
  return { call, code: getSystemErrorName(-koffi.errno()) };
}
