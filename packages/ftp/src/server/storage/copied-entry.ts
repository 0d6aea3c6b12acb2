import type { Entry } from './contract.js';

/** The same under this name. */
export function named(entry: Entry, name: string): Entry {
  return entry.name === name ? entry : { ...copied(entry), name };
}

/** Whatever class it is of: what its getters say is copied too. */
export function copied({
  name,
  type,
  size,
  modified,
  created,
  mode,
  owner,
  group,
  links,
  unique,
  target,
}: Entry): Entry {
  return {
    name,
    type,
    size,
    modified,
    mode,
    owner,
    group,
    links,
    unique,
    ...(created && { created }),
    ...(target !== undefined && { target }),
  };
}
