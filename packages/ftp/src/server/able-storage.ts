import type { Session } from './session.js';
import { type Storage, StorageFault } from './storage/contract.js';
import { type Ability, hasAbility } from './verb.js';

/** A storage that has these optional members. */
export type AbleStorage<A extends Ability> = Storage & Required<Pick<Storage, A>>;

/** The session's storage, known to have an ability. Throws StorageFault('unsupported'); a verb that needs the ability never sees that. */
export function ableStorage<A extends Ability>(session: Session, ability: A): AbleStorage<A> {
  const { storage } = session;
  if (!isAble(storage, ability)) throw new StorageFault('unsupported', ability);
  return storage;
}

function isAble<A extends Ability>(storage: Storage, ability: A): storage is AbleStorage<A> {
  return hasAbility(storage, ability);
}
