import type { Reply } from '../protocol/index.js';
import { PERMISSIONS, type Permission } from './accounts/contract.js';
import type { Session } from './session.js';
import type { Storage } from './storage/contract.js';
import type { TransferPlan } from './transfer-plan.js';

/** Optional members of a storage that a verb may need. */
export const ABILITIES = ['setTimes', 'setMode', 'makeLink', 'space', 'totalSize'] as const;
export type Ability = (typeof ABILITIES)[number];

/**
 * What must be so before a verb runs; each is checked by one policy, in policies/.
 * `login`: somebody is logged in; a permission, or one of several: and may do that, in one folder at least;
 * `data`: a data connection was agreed on and may be used; an ability: the storage has it.
 */
export type Need = 'login' | Permission | readonly Permission[] | 'data' | Ability;

/** How a verb's argument reads. `syntax` is shown by HELP; '' means that there is none. */
export interface Argument<T> {
  readonly syntax: string;
  /** Throws SyntaxFault, answered 501. */
  parse(text: string | undefined, session: Session): T;
}

/** What a verb returns: a reply; a reply and what is to be done once it is sent; or a transfer, which brings its own replies. */
export type Outcome =
  | Reply
  | { readonly reply: Reply; readonly afterwards: () => void | Promise<void> }
  | { readonly transfer: TransferPlan };

/** One row of the verb table: one file of verbs/. */
export interface Verb<T = unknown> {
  readonly verb: string;
  /** Other names of the same verb, as XCWD of CWD (RFC 775). */
  readonly aliases?: readonly string[];
  readonly rfc: string;
  readonly argument: Argument<T>;
  readonly needs: readonly Need[];
  /** Its line in FEAT (RFC 2389), where it has one in this session. */
  readonly feature?: string | ((session: Session) => string | undefined);
  /** What it does, in a line. */
  readonly help: string;
  /** Answered while a transfer runs; other verbs wait for its end. */
  readonly duringTransfer?: boolean;
  run(session: Session, argument: T): Outcome | Promise<Outcome>;
}

export function hasAbility(storage: Storage, ability: Ability): boolean {
  return storage[ability] !== undefined;
}

/** The permissions that a verb needs, any one of each group. */
export function permissionsNeeded({ needs }: Pick<Verb, 'needs'>): (readonly Permission[])[] {
  return needs.flatMap((need) => {
    if (typeof need !== 'string') return [need];
    const permission = PERMISSIONS.find((each) => each === need);
    return permission === undefined ? [] : [[permission]];
  });
}

export function isAbility(need: Need): need is Ability {
  return ABILITIES.some((ability) => ability === need);
}

/** Whether a session can count on an ability. Before login it is promised: clients ask FEAT first. */
export function offers(session: Session, ability: Ability): boolean {
  return session.login.state !== 'in' || hasAbility(session.storage, ability);
}
