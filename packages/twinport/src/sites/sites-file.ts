import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TomlTable, TomlError, parse } from 'smol-toml';
import * as v from 'valibot';
import { UsageFault } from '../daemon/usage-fault.js';
import { MAX_SETTINGS_LENGTH, type PrivateFile, readPrivate, writePrivate } from './private-file.js';
import { type Site, siteNameFault, siteSchema } from './site.js';
import { withTables } from './table-text.js';

/** `TWINPORT_SITES`, else `twinport/sites.toml` in `XDG_CONFIG_HOME`, else in `~/.config`. */
export function sitesPath(env: NodeJS.ProcessEnv = process.env): string {
  if (env['TWINPORT_SITES']) return env['TWINPORT_SITES'];
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'twinport', 'sites.toml');
}

/**
 * The sites of a file by name, none where there is no file. Throws UsageFault that names the file and the line or key:
 * also where others may read a file that holds passwords, or change one whose commands would be run.
 */
export function readSites(path: string = sitesPath()): ReadonlyMap<string, Site> {
  const file = readPrivate(path);
  if (!file) return new Map();
  const sites = new Map(
    Object.entries(parseTable(path, textOf(path, file))).map(([name, table]) => [name, checked(path, name, table)]),
  );
  checkMode(path, file, [...sites.values()]);
  return sites;
}

/** Adds a site or replaces the one of that name; comments of others stay. Throws UsageFault. */
export async function writeSite(name: string, site: Site, path: string = sitesPath()): Promise<void> {
  await writeSites(new Map([[name, site]]), path);
}

/** As `writeSite`, several at once. */
export async function writeSites(sites: ReadonlyMap<string, Site>, path: string = sitesPath()): Promise<void> {
  const tables = Array.from(sites, ([name, site]): [string, TomlTable] => [name, tableOf(path, name, site)]);
  await edit(path, new Map(tables));
}

/** Whether there was one. */
export async function removeSite(name: string, path: string = sitesPath()): Promise<boolean> {
  if (!readSites(path).has(name)) return false;
  await edit(path, new Map([[name, undefined]]));
  return true;
}

function tableOf(path: string, name: string, site: Site): TomlTable {
  const table: TomlTable = Object.fromEntries(
    Object.entries(site).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  checked(path, name, table);
  return table;
}

async function edit(path: string, changes: ReadonlyMap<string, TomlTable | undefined>): Promise<void> {
  const file = readPrivate(path);
  const source = file ? textOf(path, file) : '';
  parseTable(path, source);
  const changed = withTables(source, changes);
  if (Buffer.byteLength(changed) > MAX_SETTINGS_LENGTH) {
    throw new UsageFault(`${path} would be larger than ${MAX_SETTINGS_LENGTH} octets; it was left as it is`);
  }
  await writePrivate(path, changed);
}

function textOf(path: string, { content }: PrivateFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw new UsageFault(`${path} is not UTF-8, as TOML is`, { cause: error });
  }
}

function parseTable(path: string, source: string): TomlTable {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The message goes on with lines of the file, which may hold a password.
    const [reason = ''] = error.message.split('\n');
    throw new UsageFault(`${path}:${error.line}:${error.column}: ${reason.replace(/^Invalid TOML document: /, '')}`);
  }
}

function checked(path: string, name: string, table: unknown): Site {
  const fault = siteNameFault(name);
  if (fault !== undefined) throw new UsageFault(`${path}: ${JSON.stringify(name)} cannot be a site's name: ${fault}`);
  const result = v.safeParse(siteSchema, table);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = v.getDotPath(issue);
  // valibot quotes what it got, which may be a password.
  const message = issue.message.replace(/ but received .*$/s, '');
  throw new UsageFault(`${path}: ${key === null ? name : `${name}.${key}`}: ${message}`);
}

function checkMode(path: string, file: PrivateFile, sites: readonly Site[]): void {
  const secrets = sites.some((site) => holdsPassword(site));
  if (secrets && (file.readableByOthers || file.writableByOthers)) {
    throw new UsageFault(`${path} holds passwords and others may read it: chmod 600 ${path}`);
  }
  if (file.writableByOthers && sites.some((site) => site['password-command'] !== undefined)) {
    throw new UsageFault(`${path} holds commands and others may change it: chmod 600 ${path}`);
  }
}

function holdsPassword({ password, url, account, proxy }: Site): boolean {
  return (
    password !== undefined || account !== undefined || [url, proxy].some((each) => /:\/\/[^/]*:[^/]*@/.test(each ?? ''))
  );
}
