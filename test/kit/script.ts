/** How a connection is ended: with close_notify where it has TLS and FIN; with FIN alone; with RST. */
export type End = 'proper' | 'fin' | 'rst';

/** Something done on the control connection. */
export type ControlStep =
  | { readonly do: 'default' }
  | { readonly do: 'raw'; readonly pieces: readonly Uint8Array[] }
  | { readonly do: 'flood'; readonly bytes: Uint8Array }
  | { readonly do: 'secure' }
  | { readonly do: 'close'; readonly how: End }
  | { readonly do: 'next command' | 'next octets' };

/** Something done on the data connection. */
export type DataStep =
  | { readonly on: 'data'; readonly do: 'listen' | 'unlisten' | 'stranger' }
  | { readonly on: 'data'; readonly do: 'open'; readonly handshake: boolean }
  | { readonly on: 'data'; readonly do: 'send'; readonly bytes: Uint8Array }
  | { readonly on: 'data'; readonly do: 'flood'; readonly bytes: Uint8Array }
  | { readonly on: 'data'; readonly do: 'take'; readonly octets: number }
  | { readonly on: 'data'; readonly do: 'store'; readonly path: string; readonly offset: number }
  | { readonly on: 'data'; readonly do: 'end'; readonly how: End }
  | { readonly on: 'data'; readonly do: 'client end' };

/** One thing that a scripted server does. A string is a line of a reply, sent with CR LF; `{port}`, `{p1}` and `{p2}` in it name its listener, `{silent}` the silent port. */
export type Step = string | ControlStep | DataStep;

export type Answer = Step | readonly Step[];
/** The first answer to the first such command of all sessions together, and so on; the last one goes on for good. */
export interface Successive {
  readonly successive: readonly Answer[];
}

/** A server that is right in all that is not said here. */
export interface Script {
  /** In place of `220 Ready`. */
  readonly greeting?: Answer | Successive;
  /** By the whole line, by the first two words or by the verb. */
  readonly on?: Readonly<Record<string, Answer | Successive>>;
  /** What FEAT lists, in place of what the server can do. */
  readonly features?: readonly string[];
  /** Files by their path, beside `/file.txt` and `/big.bin`. */
  readonly files?: Readonly<Record<string, string>>;
  /** There is a port that answers nothing at all. */
  readonly silentPort?: boolean;
  /** Offers AUTH TLS; a session can be resumed, or never is. */
  readonly tls?: 'resumes' | 'never resumes';
}

/** What a right server would do. */
export const DEFAULT: Step = { do: 'default' };
/** The TLS handshake of the control connection. */
export const SECURE: Step = { do: 'secure' };
export const CLOSE: Step = { do: 'close', how: 'proper' };
export const RESET: Step = { do: 'close', how: 'rst' };
/** What follows is done when the client's next command is there, before that is answered. */
export const NEXT_COMMAND: Step = { do: 'next command' };
/** What follows is done when something has come from the client that is no command: its part of a TLS handshake. */
export const NEXT_OCTETS: Step = { do: 'next octets' };
/** Listens on a free port for the data connection. */
export const LISTEN: Step = { on: 'data', do: 'listen' };
/** Stops listening: who goes to the port is refused. */
export const UNLISTEN: Step = { on: 'data', do: 'unlisten' };
/** Waits for the client's data connection, or makes it in active mode; with a TLS handshake after PROT P. */
export const OPEN: Step = { on: 'data', do: 'open', handshake: true };
export const OPEN_CLEAR: Step = { on: 'data', do: 'open', handshake: false };
/** Somebody at another address connects to where the client listens, in active mode. */
export const STRANGER: Step = { on: 'data', do: 'stranger' };
/** Takes what the client sends until it ends its side. */
export const TAKE_ALL: Step = { on: 'data', do: 'take', octets: Infinity };
/** Ends the data connection. */
export const END: Step = { on: 'data', do: 'end', how: 'proper' };
export const FIN: Step = { on: 'data', do: 'end', how: 'fin' };
export const RST: Step = { on: 'data', do: 'end', how: 'rst' };
/** Waits until the client has ended the data connection, in whatever way. */
export const CLIENT_END: Step = { on: 'data', do: 'client end' };
export const NOTHING: Answer = [];

/** Bytes on the control connection as they are, each piece in a write of its own. */
export function raw(...pieces: readonly (string | Uint8Array)[]): Step {
  return { do: 'raw', pieces: pieces.map(bytesOf) };
}

/** These bytes again and again until the client goes. */
export function flood(bytes: string): Step {
  return { do: 'flood', bytes: bytesOf(bytes) };
}

export function data(bytes: string | Uint8Array): Step {
  return { on: 'data', do: 'send', bytes: bytesOf(bytes) };
}

/** These bytes on the data connection again and again until the client goes. */
export function dataFlood(bytes: string): Step {
  return { on: 'data', do: 'flood', bytes: bytesOf(bytes) };
}

export function take(octets: number): Step {
  return { on: 'data', do: 'take', octets };
}

export function successively(...successive: readonly Answer[]): Successive {
  return { successive };
}

/** This answer the first time, and the right one from then on. */
export function once(answer: Answer): Successive {
  return successively(answer, DEFAULT);
}

export function stepsOf(answer: Answer): readonly Step[] {
  return isSteps(answer) ? answer : [answer];
}

function isSteps(answer: Answer): answer is readonly Step[] {
  return Array.isArray(answer);
}

function bytesOf(bytes: string | Uint8Array): Uint8Array {
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
}
