import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FtpError } from '@twinport/ftp/client';
import { UsageFault } from '../../daemon/usage-fault.js';
import { isRemote } from '../../sites/remote-text.js';
import { HERE } from '../command-host.js';
import type { PlacingCall } from './command-verb.js';
import { expandHome, expandLocal } from './local-paths.js';
import type { Word } from './words.js';

/** In front of a path of this machine where one of the server could be meant as well. */
const LOCAL = 'local:';

/** On the open server, unless it is a URL or begins with the name of a site. Patterns are the command's to expand. */
export function remote({ text, pattern }: Word): string {
  return isRemote(text) ? text : HERE + pattern;
}

/** The same for commands that take no patterns. */
export function literalRemote({ text }: Word): string {
  return isRemote(text) ? text : HERE + text;
}

/** Of this machine; whole for jobs, as lcd goes on meanwhile. */
function local(text: string, { background }: PlacingCall): string {
  if (text === '-') return text;
  const path = expandHome(text);
  if (background) return path.endsWith('/') ? `${resolve(path)}/` : resolve(path);
  return isRemote(path) ? `./${path}` : path;
}

export function remotes(words: readonly Word[]): string[] {
  return words.map(remote);
}

export function literalRemotes(words: readonly Word[]): string[] {
  return words.map(literalRemote);
}

/** `get SOURCE`, `get SOURCE NAME`, `get SOURCE... FOLDER`. */
export async function getPlaces(words: readonly Word[], call: PlacingCall): Promise<string[]> {
  const last = words.at(-1);
  if (!last) return [];
  if (words.length === 1) return [remote(last), local('.', call)];
  if (words.length > 2 && last.text !== '-' && !last.text.endsWith('/') && !(await isFolderHere(last.text)))
    throw new UsageFault(`several things go into a folder of this machine, named last: ${last.text} is none`);
  return [...words.slice(0, -1).map(remote), local(last.text, call)];
}

async function isFolderHere(path: string): Promise<boolean> {
  try {
    return (await stat(expandHome(path))).isDirectory();
  } catch {
    return false; // nothing there, or nothing that may be looked at
  }
}

/** `put SOURCE`, `put SOURCE NAME`, `put SOURCE... FOLDER`. */
export async function putPlaces(words: readonly Word[], call: PlacingCall): Promise<string[]> {
  if (words.some(({ text }) => text === '-')) throw new UsageFault('stdin holds the commands: put takes files');
  const last = words.at(-1);
  if (!last) return [];
  const sources = words.length === 1 ? words : words.slice(0, -1);
  const paths: string[] = [];
  for (const { pattern } of sources) paths.push(...(await expandLocal(pattern)));
  const target = words.length === 1 ? HERE : literalRemote(last);
  if (words.length > 2) await expectFolder(target, call);
  return [...paths.map((path) => local(path, call)), target];
}

async function expectFolder(target: string, { shell, signal }: PlacingCall): Promise<void> {
  const path = target.slice(HERE.length);
  if (!target.startsWith(HERE) || path.endsWith('/') || ['', '.', '..'].includes(path)) return;
  try {
    const { type } = await shell.server.client.stat(shell.server.at(path), { signal });
    if (type !== 'file') return;
  } catch (error) {
    if (!(error instanceof FtpError) || error.code !== 'NOT_FOUND') throw error;
  }
  throw new UsageFault(`several things go into a folder of the server, named last: ${path} is none`);
}

function either(word: Word, call: PlacingCall): string {
  return word.text.startsWith(LOCAL) ? local(word.text.slice(LOCAL.length) || '.', call) : remote(word);
}

/** One of the two is `local:PATH`, or both are of servers. */
export function syncPlaces(words: readonly Word[], call: PlacingCall): string[] {
  const { flags, background } = call;
  if (background && flags['delete'] === true) needsYes(call);
  const places = words.map((word) => (word.text.startsWith(LOCAL) ? either(word, call) : literalRemote(word)));
  if (words.length === 2 && words.every(({ text }) => text.startsWith(LOCAL)))
    throw new UsageFault('one of the two is on a server: leave local: out');
  return places;
}

/** Nobody can be asked by a job. */
export function removePlaces(words: readonly Word[], call: PlacingCall): string[] {
  if (call.background) needsYes(call);
  return remotes(words);
}

function needsYes({ flags }: PlacingCall): void {
  if (flags['yes'] !== true && flags['dryRun'] !== true)
    throw new UsageFault('a job cannot ask before it deletes: add --yes');
}

export function movePlaces(words: readonly Word[], call: PlacingCall): string[] {
  const places = [...words.slice(0, -1).map(remote), ...words.slice(-1).map(literalRemote)];
  if (call.background && places.some((place) => !place.startsWith(HERE))) needsYes(call);
  return places;
}

export function copyPlaces(words: readonly Word[], call: PlacingCall): string[] {
  return words.map((word, index) =>
    index === words.length - 1 && !word.text.startsWith(LOCAL) ? literalRemote(word) : either(word, call),
  );
}
