import { readFile } from 'node:fs/promises';
import { TABLE_NAME } from '@twinport/ftp/firewall';
import { DEFAULT_LIMITS, type Limits, parsePortRange } from '@twinport/ftp/server';
import { parse } from 'smol-toml';
import * as v from 'valibot';
import { MAX_WORKERS, type ServeOptions } from './serve-options.js';
import { UsageFault, errnoOf } from './usage-fault.js';

const text = v.pipe(v.string(), v.nonEmpty());
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const amount = v.pipe(v.number(), v.integer(), v.minValue(0));
const range = v.pipe(
  v.string(),
  v.check((value) => parsePortRange(value) !== undefined, 'expected FIRST-LAST, both from 1024 to 65535'),
);

const user = v.pipe(
  v.strictObject({
    name: text,
    password: v.optional(text),
    'password-hash': v.optional(text),
    'read-only': v.optional(v.boolean()),
    directory: v.optional(text),
  }),
  v.check(
    (value) => (value.password === undefined) !== (value['password-hash'] === undefined),
    'expected either password or password-hash',
  ),
);

const tls = v.strictObject({
  certificate: v.optional(text),
  key: v.optional(text),
  'self-signed': v.optional(v.boolean()),
  required: v.optional(v.boolean()),
  'data-session-reuse': v.optional(v.picklist(['off', 'report', 'require'])),
  'require-close-notify': v.optional(v.boolean()),
});

const firewall = v.pipe(
  v.strictObject({
    pinholes: v.optional(v.literal('nftables')),
    table: v.optional(v.pipe(v.string(), v.regex(TABLE_NAME, 'expected the name of an inet table'))),
    'answer-ms': v.optional(v.pipe(amount, v.minValue(1), v.maxValue(600_000))),
    'max-open': v.optional(v.pipe(amount, v.minValue(1))),
  }),
  v.check((value) => value.pinholes !== undefined || Object.keys(value).length === 0, 'expected pinholes = "nftables"'),
);

const limits = v.strictObject(
  Object.fromEntries(Object.keys(DEFAULT_LIMITS).map((name) => [kebab(name), v.optional(amount)])),
);

/** The configuration file, as `docs/config.schema.json` publishes it. */
export const configSchema = v.strictObject({
  directory: v.optional(text),
  host: v.optional(text),
  port: v.optional(port),
  'passive-ports': v.optional(range),
  'public-address': v.optional(text),
  'active-port': v.optional(v.union([port, v.literal('any')])),
  'zero-copy': v.optional(v.picklist(['auto', 'off'])),
  greeting: v.optional(text),
  workers: v.optional(v.union([v.pipe(amount, v.minValue(1), v.maxValue(MAX_WORKERS)), v.literal('auto')])),
  anonymous: v.optional(v.boolean()),
  users: v.optional(v.array(user)),
  tls: v.optional(tls),
  firewall: v.optional(firewall),
  limits: v.optional(limits),
});

type Config = v.InferOutput<typeof configSchema>;

/** Reads a TOML file. Throws UsageFault that names the file and the key. */
export async function readConfig(path: string): Promise<ServeOptions> {
  let source: string;
  try {
    source = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageFault(
      `cannot read the configuration ${path} (${errnoOf(error) ?? 'error'}); name another with --config`,
      { cause: error },
    );
  }
  return optionsOf(path, checkedConfig(path, source));
}

function checkedConfig(path: string, source: string): Config {
  let table: unknown;
  try {
    table = parse(source);
  } catch (error) {
    throw new UsageFault(`${path} is not TOML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}`, {
      cause: error,
    });
  }
  const result = v.safeParse(configSchema, table);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new UsageFault(`${path}: ${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
}

function optionsOf(path: string, config: Config): ServeOptions {
  const passivePorts = config['passive-ports'] === undefined ? undefined : parsePortRange(config['passive-ports']);
  return {
    directory: config.directory,
    host: config.host,
    port: config.port,
    users: config.users?.map((each) => ({
      name: each.name,
      ...(each.password !== undefined && { password: each.password }),
      ...(each['password-hash'] !== undefined && { passwordHash: each['password-hash'] }),
      readOnly: each['read-only'] ?? false,
      ...(each.directory !== undefined && { directory: each.directory }),
    })),
    anonymous: config.anonymous,
    passivePorts,
    publicAddress: config['public-address'],
    activePort: config['active-port'],
    tls: tlsOf(path, config.tls),
    requireTls: config.tls?.required,
    tlsReuse: config.tls?.['data-session-reuse'],
    requireCloseNotify: config.tls?.['require-close-notify'],
    pinholes: pinholesOf(config.firewall),
    zeroCopy: config['zero-copy'],
    greeting: config.greeting,
    workers: config.workers,
    limits: limitsOf(config.limits),
  };
}

function tlsOf(path: string, config: Config['tls']): ServeOptions['tls'] {
  // The rest of the table goes with a certificate that --tls names.
  if (!config || (!config['self-signed'] && config.certificate === undefined && config.key === undefined))
    return undefined;
  if (config['self-signed'] && config.certificate === undefined) return { kind: 'self-signed' };
  if (config['self-signed'] || config.certificate === undefined || config.key === undefined) {
    throw new UsageFault(`${path}: tls: expected certificate and key, or self-signed = true`);
  }
  return { kind: 'files', cert: config.certificate, key: config.key };
}

function pinholesOf(config: Config['firewall']): ServeOptions['pinholes'] {
  if (config?.pinholes === undefined) return undefined;
  const { table, 'answer-ms': answerMs, 'max-open': maxOpen } = config;
  return {
    ...(table !== undefined && { table }),
    ...(answerMs !== undefined && { answerMs }),
    ...(maxOpen !== undefined && { maxOpen }),
  };
}

function limitsOf(config: Config['limits']): Partial<Limits> | undefined {
  if (!config) return undefined;
  const names = Object.keys(DEFAULT_LIMITS).filter((name) => config[kebab(name)] !== undefined);
  return Object.fromEntries(names.map((name) => [name, config[kebab(name)]]));
}

/** `maxLineLength` is `max-line-length` in the file. */
function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
