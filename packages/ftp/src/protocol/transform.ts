/**
 * A streaming transform of bytes: feed chunks in any split, collect what comes out. Synchronous, keeps its own remainder.
 * `push` and `end` throw {@link SyntaxFault} on input that cannot be decoded. Returned arrays are fresh or views of the input
 * chunk; the caller may reuse the input only after it has used the output.
 */
export interface Transform {
  push(chunk: Uint8Array): Uint8Array;
  /** Call once, after the last chunk. */
  end(): Uint8Array;
}
