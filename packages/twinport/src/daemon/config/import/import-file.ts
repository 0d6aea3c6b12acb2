import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { stringify } from 'smol-toml';
import { UsageFault, errnoOf } from '../../usage-fault.js';
import type { Directive, Imported } from './imported.js';
import { importProftpd } from './proftpd.js';
import { commandLineDirectives, fileDirectives, importPureFtpd } from './pure-ftpd.js';
import { importVsftpd } from './vsftpd.js';

export const SERVERS = ['vsftpd', 'proftpd', 'pure-ftpd'] as const;
export type ServerName = (typeof SERVERS)[number];

/** The configuration of another server, as ours. Throws UsageFault where it cannot be read or told whose it is. */
export async function importFile(path: string, from?: ServerName): Promise<Imported> {
  if (await isFolder(path)) return importPureFtpd(await folderDirectives(path));
  const source = await readFile(path, 'utf8');
  const server = from ?? serverOf(path, source);
  if (server === undefined)
    throw new UsageFault(`${path}: whose is it? name the server with --from ${SERVERS.join('|')}`);
  if (server === 'vsftpd') return importVsftpd(source, path);
  if (server === 'proftpd') return importProftpd(source, path);
  const directives = /^\s*(?:\S*pure-ftpd\S*\s+)?-/m.test(source) ? commandLineDirectives : fileDirectives;
  return importPureFtpd(directives(source, path));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new UsageFault(
      `cannot read ${path} (${errnoOf(error) ?? 'error'}): name the configuration of the other server`,
      {
        cause: error,
      },
    );
  }
}

/** A file a setting, as Debian has them. */
async function folderDirectives(folder: string): Promise<readonly Directive[]> {
  const names = (await readdir(folder)).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const value = (await readFile(join(folder, name), 'utf8')).trim();
      return { where: `${join(folder, name)}:1`, text: `${name} ${value}`, name: name.toLowerCase(), value };
    }),
  );
}

/** By its name, else by what is written there. */
function serverOf(path: string, source: string): ServerName | undefined {
  const named = SERVERS.find((name) => basename(path).includes(name));
  if (named) return named;
  if (/^\s*[a-z_]+=\S/m.test(source)) return 'vsftpd';
  if (/^\s*<(Anonymous|Global|Limit|IfModule)|^\s*ServerType\s/im.test(source)) return 'proftpd';
  return /pure-ftpd|^\s*ChrootEveryone\s/im.test(source) ? 'pure-ftpd' : undefined;
}

/** Ours in TOML; users are for the administrator to add. */
export function importedText({ settings, user }: Imported, path: string): string {
  const head = `# From ${path}, by twinport config import. What was not taken over is said on stderr.\n`;
  if (!user) return `${head}${stringify(settings)}`;
  const readOnly = user.readOnly ? '# readOnly = true\n' : '';
  const example = `# [[user]]\n# name = "NAME"\n# password = "…"\n# directory = ${JSON.stringify(user.directory)}\n${readOnly}`;
  return `${head}${stringify(settings)}\n# Users are not taken over. For each of them:\n${example}`;
}
