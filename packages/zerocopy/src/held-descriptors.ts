import { checked, libc } from './libc.js';

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2_000_000;
const F_DUPFD_CLOEXEC = 1030;
const F_SETPIPE_SZ = 1031;

export interface HeldDescriptors {
  readonly socket: number;
  readonly file: number;
  readonly pipe: readonly [read: number, write: number] | undefined;
  close(): void;
}

/** A descriptor of one's own. Throws when there are none left. */
export function holdDescriptor(descriptor: number): number {
  return checked('fcntl', libc.fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
}

/** Descriptors of a move's own: a number that its owner closes may name something else at once. Throws when there are none left. */
export function holdDescriptors(
  { socket, file }: { readonly socket: number; readonly file: number },
  pipeOctets: number | undefined,
): HeldDescriptors {
  const held: number[] = [];
  const close = (): void => {
    for (const descriptor of held.splice(0)) libc.close(descriptor);
  };
  const duplicate = (descriptor: number): number => {
    const own = holdDescriptor(descriptor);
    held.push(own);
    return own;
  };
  try {
    const own = { socket: duplicate(socket), file: duplicate(file) };
    const pipe = pipeOctets === undefined ? undefined : openPipe(pipeOctets);
    held.push(...(pipe ?? []));
    return { ...own, pipe, close };
  } catch (error) {
    close();
    throw error;
  }
}

function openPipe(octets: number): readonly [read: number, write: number] {
  const ends = new Int32Array(2);
  checked('pipe2', libc.pipe2(ends, O_NONBLOCK | O_CLOEXEC));
  const [read = -1, write = -1] = ends;
  libc.fcntl(write, F_SETPIPE_SZ, octets); // refused to those who have many already: a smaller one does too
  return [read, write];
}
