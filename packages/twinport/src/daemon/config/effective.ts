import type { Configuration } from './config.js';
import { DEFAULTS } from './defaults.js';
import { LEAVES } from './leaves.js';
import type { Origin } from './origin.js';
import type { Path } from './positions.js';
import { nameOf } from './shape.js';
import { valueAt } from './table.js';

/** A setting as a server would have it. `value` is null where the server finds it out, and `words` say how. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly words?: string;
  readonly origin: Origin;
}

const SECRETS: ReadonlySet<unknown> = new Set(['password', 'passwordHash']);
const HIDDEN = '***';

/** Every setting, and where it came from. Passwords and hashes are hidden. */
export function effectiveSettings({ draft, originOf }: Configuration): readonly Setting[] {
  const users = (draft.user ?? []).flatMap((user, index) => Object.keys(user).map((key): Path => ['user', index, key]));
  return [...LEAVES.map(({ path }) => path), ...users].map((path: Path) => {
    const [key, value] = [nameOf(path), valueAt(draft, path)];
    if (value !== undefined)
      return { key, value: SECRETS.has(path.at(-1)) ? HIDDEN : withoutPassword(value), origin: originOf(path) };
    const usual = DEFAULTS[key] ?? null;
    const found = typeof usual === 'object' && usual !== null ? { value: null, words: usual.words } : { value: usual };
    return { key, ...found, origin: { kind: 'default' } };
  });
}

/** Of the URL of a database or a server. */
function withoutPassword(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/(:\/\/[^/@]*:)[^/@]*@/, `$1${HIDDEN}@`) : value;
}
