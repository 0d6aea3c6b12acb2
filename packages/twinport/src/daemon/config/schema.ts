import { TABLE_NAME } from '@twinport/ftp/firewall';
import { DEFAULT_LIMITS, parsePasswordHash, parsePortRange } from '@twinport/ftp/server';
import * as v from 'valibot';
import { MAX_WORKERS } from '../serve-options.js';

/** Timers hold no more. */
const LARGEST_TIMEOUT_MS = 2 ** 31 - 1;

// Each message is what was expected, and an example in TOML behind `such as`.

function text(expected: string) {
  return v.pipe(v.string(expected), v.nonEmpty(expected));
}

function amount(least: number, most: number, example: number) {
  const expected = `a whole number from ${least} to ${most}, such as ${example}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected), v.maxValue(most, expected));
}

const yes = v.boolean('true or false, without quotes');
const directory = text('the path of a folder in quotes, such as "/srv/ftp"');
const URL_OF = 'a URL in quotes, such as "https://example.org/login"';
const DATABASE = '"sqlite:FILE" or "postgres://…"';
const PROGRAM = 'the path of a program in quotes, such as "/usr/local/bin/accounts"';
const accounts = v.strictObject({
  database: v.exactOptional(v.pipe(v.string(DATABASE), v.regex(/^(sqlite:.|postgres(ql)?:\/\/.)/, DATABASE))),
  system: v.exactOptional(yes),
  pamService: v.exactOptional(text('a file of /etc/pam.d in quotes, such as "twinport"')),
  program: v.exactOptional(text(PROGRAM)),
  url: v.exactOptional(v.pipe(v.string(URL_OF), v.regex(/^https?:\/\/./, URL_OF))),
});

const PORT = 'a port from 0 to 65535 without quotes';
const port = v.pipe(
  v.number(`${PORT}, such as 2121`),
  v.integer(`${PORT}, such as 2121`),
  v.minValue(0, `${PORT}, such as 2121`),
  v.maxValue(65_535, `${PORT}, such as 2121`),
);
const RANGE = 'FIRST-LAST in quotes, both from 1024 to 65535, such as "50000-50100"';
const HASH = 'a hash that begins with $scrypt$, made as docs/configuration.md says';

const user = v.strictObject({
  name: text('a name in quotes, such as "ann"'),
  password: v.exactOptional(text('a password in quotes that is not empty')),
  passwordHash: v.exactOptional(v.pipe(v.string(HASH), v.check(isPasswordHash, HASH))),
  readOnly: v.exactOptional(yes),
  directory: v.exactOptional(directory),
});

const range = v.pipe(
  v.string(RANGE),
  v.check((value) => parsePortRange(value) !== undefined, RANGE),
);
const passive = v.strictObject({
  ports: v.exactOptional(range),
  share: v.exactOptional(yes),
  advertisedPorts: v.exactOptional(range),
});

const PUBLIC_ADDRESS = 'an IPv4 address, a name that has one, "dialled" or "detect" in quotes, such as "203.0.113.7"';
const publicAddress = v.union(
  [text(PUBLIC_ADDRESS), v.record(v.string(), text(PUBLIC_ADDRESS))],
  `${PUBLIC_ADDRESS}, or a table [publicAddress] of them by client network`,
);

const tls = v.strictObject({
  certificate: v.exactOptional(text('the path of a PEM file in quotes, such as "server.crt"')),
  key: v.exactOptional(text('the path of a PEM file in quotes, such as "server.key"')),
  selfSigned: v.exactOptional(yes),
  required: v.exactOptional(yes),
  dataSessionReuse: v.exactOptional(v.picklist(['off', 'report', 'require'], '"off", "report" or "require"')),
  requireCloseNotify: v.exactOptional(yes),
});

const TABLE = 'the name of an inet table in quotes, such as "twinport_ftp"';
const firewall = v.strictObject({
  pinholes: v.exactOptional(v.literal('nftables', '"nftables"')),
  table: v.exactOptional(v.pipe(v.string(TABLE), v.regex(TABLE_NAME, TABLE))),
  answerMs: v.exactOptional(amount(1, 600_000, 5000)),
  maxOpen: v.exactOptional(amount(1, Number.MAX_SAFE_INTEGER, 10_000)),
});

/** With none of these nobody could do anything. */
const MUST_BE_POSITIVE: ReadonlySet<string> = new Set([
  'maxLineLength',
  'maxPendingCommands',
  'maxSessions',
  'maxSessionsPerAddress',
  'preLoginMs',
  'maxCommandsBeforeLogin',
  'idleMs',
  'dataWaitMs',
  'dataStallMs',
  'tlsHandshakeMs',
  'transferBufferBytes',
]);

const limits = v.strictObject(
  Object.fromEntries(
    Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
      name,
      v.exactOptional(
        amount(
          MUST_BE_POSITIVE.has(name) ? 1 : 0,
          name.endsWith('Ms') ? LARGEST_TIMEOUT_MS : Number.MAX_SAFE_INTEGER,
          value,
        ),
      ),
    ]),
  ),
);

/** The configuration file, as `docs/config.schema.json` publishes it. */
export const configSchema = v.strictObject({
  directory: v.exactOptional(directory),
  host: v.exactOptional(text('an address or a name of this machine in quotes, such as "192.0.2.1"')),
  port: v.exactOptional(port),
  publicAddress: v.exactOptional(publicAddress),
  activePort: v.exactOptional(v.union([port, v.literal('any')], `${PORT}, or "any"`)),
  greeting: v.exactOptional(text('a text in quotes, such as "ready"')),
  workers: v.exactOptional(
    v.union([amount(1, MAX_WORKERS, 2), v.literal('auto')], `a number from 1 to ${MAX_WORKERS}, or "auto"`),
  ),
  anonymous: v.exactOptional(yes),
  zeroCopy: v.exactOptional(v.picklist(['auto', 'off'], '"auto" or "off"')),
  passive: v.exactOptional(passive),
  accounts: v.exactOptional(accounts),
  tls: v.exactOptional(tls),
  firewall: v.exactOptional(firewall),
  limits: v.exactOptional(limits),
  user: v.exactOptional(v.array(user, 'a table under a heading of its own, [[user]]')),
});

export type Config = v.InferOutput<typeof configSchema>;

function isPasswordHash(hash: string): boolean {
  try {
    parsePasswordHash(hash);
    return true;
  } catch {
    return false; // that it throws is the answer
  }
}
