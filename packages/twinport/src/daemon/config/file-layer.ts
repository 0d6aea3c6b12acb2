import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../usage-fault.js';
import { ConfigFault, type Fault } from './config-fault.js';
import type { Layer } from './layer.js';
import type { Path } from './positions.js';
import { type Draft, checkShape } from './shape.js';
import { parseToml } from './syntax.js';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: twinport config init writes one, --config names another',
  EACCES: 'permission denied: let this user read it',
  EISDIR: 'it is a folder: name the file in it',
};

/** What a TOML file says, and the lines of it that are not TOML. Throws ConfigFault where it cannot be read at all. */
export async function fileLayer(file: string): Promise<Layer & { readonly faults: readonly Fault[] }> {
  const { flaws, table = {}, positions } = parseToml(await textOf(file));
  const lineOf = (path: Path): number => positions?.nearestLineOf(path) ?? 1;
  const shape = checkShape(table);
  return {
    draft: withAbsolutePaths(shape.draft, dirname(resolve(file))),
    flaws: shape.flaws,
    faults: flaws.map(({ line, what }) => ({ where: `${file}:${line}`, what })),
    originOf: (path) => ({ kind: 'file', file, line: lineOf(path) }),
  };
}

async function textOf(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const code = errnoOf(error) ?? '';
    const what = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8, as TOML is: convert it' : undefined;
    throw new ConfigFault([{ where: `${file}:1`, what: what ?? REASONS[code] ?? `it cannot be read (${code})` }], {
      cause: error,
    });
  }
}

/** Paths in the file begin at its folder. */
function withAbsolutePaths({ directory, accounts, tls, user, ...rest }: Draft, folder: string): Draft {
  const from = (path: string): string => resolve(folder, path);
  return {
    ...rest,
    ...(directory !== undefined && { directory: from(directory) }),
    ...(accounts && {
      accounts: {
        ...accounts,
        ...(accounts.program !== undefined && { program: from(accounts.program) }),
        ...(accounts.database !== undefined && {
          database: accounts.database.replace(/^sqlite:(.*)$/, (_, path: string) => `sqlite:${from(path)}`),
        }),
      },
    }),
    ...(tls && {
      tls: {
        ...tls,
        ...(tls.certificate !== undefined && { certificate: from(tls.certificate) }),
        ...(tls.key !== undefined && { key: from(tls.key) }),
      },
    }),
    ...(user && {
      user: user.map((each) => (each.directory === undefined ? each : { ...each, directory: from(each.directory) })),
    }),
  };
}
