import { elementOf, entriesOf } from './leaves.js';
import type { Path } from './positions.js';
import { configSchema } from './schema.js';

/** A key that may be meant, as it is written: `[passive] ports` from the top level, `readOnly` beside another. */
interface Candidate {
  readonly written: string;
  /** Without what people write differently. */
  readonly plain: readonly string[];
}

/** What else is meant at times, by the names that other servers and earlier versions have. */
const ALSO: Readonly<Record<string, string>> = {
  root: 'directory',
  dir: 'directory',
  home: 'directory',
  path: 'directory',
  address: 'host',
  bind: 'host',
  listen: 'port',
  banner: 'greeting',
  cert: '[tls] certificate',
  privatekey: '[tls] key',
  pasvports: '[passive] ports',
  masqueradeaddress: 'publicAddress',
  maxclients: '[limits] maxSessions',
  timeout: '[limits] idleMs',
  hash: 'passwordHash',
  username: 'name',
  login: 'name',
};
const FEW_MISTAKES = 3;

/** What an unknown key beside `siblings` may have been meant for, as it is written. `siblings`: how each key is written. */
export function nearestKey(key: string, siblings: ReadonlyMap<string, string>): string | undefined {
  const plain = plainOf(key);
  const here = Array.from(siblings, ([name, written]): Candidate => ({ written, plain: [plainOf(name)] }));
  const exact = [...here, ...EVERYWHERE].find((each) => each.plain.includes(plain));
  if (exact) return exact.written;
  const [best] = here
    .map((each) => ({ ...each, mistakes: Math.min(...each.plain.map((name) => distance(plain, name))) }))
    .toSorted((one, other) => one.mistakes - other.mistakes);
  if (best && best.mistakes <= Math.min(FEW_MISTAKES, Math.floor(plain.length / 2))) return best.written;
  return Object.hasOwn(ALSO, plain) ? ALSO[plain] : undefined;
}

/** A key of the table at a path: `port`, `[tls]`, `[[user]]`. */
export function writtenAs(table: Path, key: string, schema: unknown): string {
  const name = [...table, key].join('.');
  if (elementOf(schema) !== undefined) return `[[${name}]]`;
  return entriesOf(schema) ? `[${name}]` : key;
}

const plainOf = (key: string): string => key.toLowerCase().replaceAll(/[-_. ]/g, '');

const EVERYWHERE: readonly Candidate[] = candidatesOf(configSchema, []);

function candidatesOf(table: unknown, path: readonly string[]): readonly Candidate[] {
  return Object.entries(entriesOf(table) ?? {}).flatMap(([key, schema]) => {
    const written = writtenAs(path, key, schema);
    const heading = path.length > 0 && written === key ? `[${path.join('.')}] ` : '';
    const own = { written: `${heading}${written}`, plain: [plainOf(key), plainOf([...path, key].join(''))] };
    return [own, ...candidatesOf(schema, [...path, key])];
  });
}

/** Letters to insert, delete, change or swap with their neighbour. */
export function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const [above = [], twoAbove = []] = [rows[i - 1], rows[i - 2]];
      row.push(
        Math.min(
          (above[j] ?? 0) + 1,
          (row[j - 1] ?? 0) + 1,
          (above[j - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (twoAbove[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    rows.push(row);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}
