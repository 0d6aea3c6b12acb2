import type { SyncSeen } from './contract.js';
import { foldName } from './names.js';

/** What is in a folder of the target, to be looked up by the names of the source. */
export class TargetNames {
  readonly #entries: ReadonlyMap<string, SyncSeen>;
  /** Names as they are, by what they fold to; undefined where the target keeps names apart. */
  readonly #folded: ReadonlyMap<string, string> | undefined;
  readonly #claimed = new Set<string>();

  constructor(entries: ReadonlyMap<string, SyncSeen>, folds: boolean) {
    this.#entries = entries;
    this.#folded = folds ? new Map([...entries.keys()].map((name) => [foldName(name), name])) : undefined;
  }

  /** What the target has under the name; it belongs to the source's entry then, and is not deleted. */
  claim(name: string): SyncSeen | undefined {
    const own = this.#folded === undefined || this.#entries.has(name) ? name : this.#folded.get(foldName(name));
    if (own === undefined) return undefined;
    this.#claimed.add(own);
    return this.#entries.get(own);
  }

  /** What no name of the source has claimed. */
  *unclaimed(): Iterable<readonly [string, SyncSeen]> {
    for (const entry of this.#entries) if (!this.#claimed.has(entry[0])) yield entry;
  }
}

/**
 * The names of the source that must not be copied to a target that folds names, each with the one that has its place: the one that is
 * there already, else the first.
 */
export function collisionsOf(names: readonly string[], target: ReadonlyMap<string, SyncSeen>): Map<string, string> {
  const winners = new Map<string, string>();
  for (const name of names) {
    const folded = foldName(name);
    const winner = winners.get(folded);
    if (winner === undefined || (target.has(name) && !target.has(winner))) winners.set(folded, name);
  }
  const collisions = new Map<string, string>();
  for (const name of names) {
    const winner = winners.get(foldName(name));
    if (winner !== undefined && winner !== name) collisions.set(name, winner);
  }
  return collisions;
}
