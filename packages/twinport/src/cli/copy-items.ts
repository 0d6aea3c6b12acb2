import { FtpError } from '@twinport/ftp/client';
import { UsageFault } from '../daemon/usage-fault.js';
import type { CommandRun } from './command-run.js';
import { isPattern, matchingRemotes } from './matches.js';
import {
  type Found,
  type Place,
  foundOf,
  inside,
  isWrittenAsFolder,
  look,
  nameOf,
  placeName,
  placeOf,
} from './place.js';

/** One file or folder, and where it goes. */
export interface CopyItem {
  readonly source: Place;
  readonly found: Found;
  readonly target: Place;
}

/** `SRC… DEST`, as commander gives it. Throws UsageFault where one is missing. */
export function splitTarget(places: readonly string[]): { sources: readonly string[]; target: string } {
  const target = places.at(-1);
  if (target === undefined || places.length < 2) throw new UsageFault(`name where to put ${places[0] ?? 'it'}, last`);
  return { sources: places.slice(0, -1), target };
}

type Source = Pick<CopyItem, 'source' | 'found'>;

/** Finds out what is to be copied where, as `cp` does: into a folder under its own name, else under the name that is given. */
export async function copyItems(run: CommandRun, sources: readonly string[], destination: string): Promise<CopyItem[]> {
  const target = await placeOf(run, destination);
  const found: Source[] = [];
  for (const text of sources) found.push(...((await run.prepare(text, () => sourcesOf(run, text))) ?? []));
  if (found.length === 0) return [];
  if (target.kind === 'stdio') return toStdout(found, target);
  const there = await look(target, run.signal);
  const several = sources.length > 1 || found.length > 1;
  if (several && there.type === 'file')
    throw new UsageFault(`${placeName(target)} is a file: several things can only go into a folder`);
  const intoFolder = several || there.type === 'folder' || isWrittenAsFolder(target);
  const items = found.map((item) => ({ ...item, target: intoFolder ? placeInside(item.source, target) : target }));
  refuseCollisions(items);
  return items;
}

async function sourcesOf(run: CommandRun, text: string): Promise<Source[]> {
  const source = await placeOf(run, text);
  if (source.kind === 'remote' && isPattern(source.remote.path)) {
    const found = await matchingRemotes(source.remote, run.signal);
    return await Promise.all(
      found.map(async ({ entry, ...remote }): Promise<Source> => ({
        source: { kind: 'remote', remote },
        found: await foundOf(remote.client, entry, run.signal),
      })),
    );
  }
  const found = await look(source, run.signal);
  if (found.type === 'nothing')
    throw new FtpError('NOT_FOUND', `there is no ${placeName(source)}`, { path: placeName(source), phase: 'usage' });
  return [{ source, found }];
}

function toStdout(found: readonly Source[], target: Place): CopyItem[] {
  const folder = found.find((item) => item.found.type === 'folder');
  if (folder) throw new UsageFault(`${placeName(folder.source)} is a folder: only files can go to stdout`);
  return found.map((item) => ({ ...item, target }));
}

/** What has no name, as the root of a server, gives its content. */
function placeInside(source: Place, folder: Place): Place {
  const name = nameOf(source);
  if (name !== undefined) return inside(folder, name);
  if (source.kind === 'stdio') throw new UsageFault(`name the file for what comes from stdin, in ${placeName(folder)}`);
  return folder;
}

function refuseCollisions(items: readonly CopyItem[]): void {
  const seen = new Map<string, CopyItem>();
  for (const item of items) {
    const name = placeName(item.target);
    const other = seen.get(name);
    if (other)
      throw new UsageFault(`both ${placeName(other.source)} and ${placeName(item.source)} would become ${name}`);
    seen.set(name, item);
  }
}
