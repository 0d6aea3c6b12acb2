import { FtpError } from './errors.js';

/** What transfers write to, each name by one at a time: two would mix their octets, or take each other's file away. */
export class Claims {
  readonly #names = new Set<string>();

  /** Keeps the names until what it returns is called, once: later they may be another's. Throws FtpError('IN_USE'). */
  claim(...names: readonly string[]): () => void {
    const taken = names.find((name) => this.#names.has(name));
    if (taken !== undefined) throw inUse(taken, 'Another transfer of this program writes to it');
    for (const name of names) this.#names.add(name);
    let held = names;
    return () => {
      for (const name of held) this.#names.delete(name);
      held = [];
    };
  }
}

/** What downloads of this process write to: absolute paths. */
export const LOCAL = new Claims();

export function inUse(path: string, message: string): FtpError {
  return new FtpError('IN_USE', `${path}: ${message}`, {
    phase: 'local',
    path,
    retryable: true,
    hint: 'Wait for the other transfer, or give this one another target.',
  });
}
