import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Client, FtpError, type RemoteEntry } from '@twinport/ftp/client';
import { joinPath } from '@twinport/ftp/protocol';
import { errnoOf } from '../daemon/usage-fault.js';
import { isRemote } from '../sites/remote-text.js';
import type { CommandRun } from './command-run.js';
import type { Remote } from './remotes.js';

/** Where something comes from or goes to: a path of this machine, one of a server, or stdin and stdout. */
export type Place =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly remote: Remote }
  | { readonly kind: 'stdio' };

/** What is there. `link` is one whose target has not been looked at. */
export type PlaceType = 'file' | 'folder' | 'nothing';

export interface Found {
  readonly type: PlaceType;
  readonly size?: number;
  readonly modified?: Date;
}

export async function placeOf(run: CommandRun, text: string): Promise<Place> {
  if (text === '-') return { kind: 'stdio' };
  return isRemote(text) ? { kind: 'remote', remote: await run.open(text) } : { kind: 'local', path: text };
}

/** As the user may read it; no password is in it. */
export function placeName(place: Place): string {
  if (place.kind === 'stdio') return '-';
  return place.kind === 'local' ? place.path : remoteName(place.remote);
}

/** `ftp://HOST/PATH`, or `SITE:PATH`, as it could be given again: a path from the root has a slash more (RFC 1738 §3.2.2). */
export function remoteName({ label, path }: Remote): string {
  if (label === '') return path || '.'; // the server that a shell has open
  if (!label.includes('://')) return `${label}:${path}`;
  return `${label.replace(/\/$/, '')}/${path}`;
}

export async function look(place: Place, signal: AbortSignal): Promise<Found> {
  if (place.kind === 'stdio') return { type: 'file' };
  return place.kind === 'local' ? await lookHere(place.path) : await lookThere(place.remote, signal);
}

async function lookHere(path: string): Promise<Found> {
  try {
    const found = await stat(path);
    return { type: found.isDirectory() ? 'folder' : 'file', size: found.size, modified: found.mtime };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { type: 'nothing' };
    throw error;
  }
}

async function lookThere({ client, path }: Remote, signal: AbortSignal): Promise<Found> {
  if (isRoot(path)) return { type: 'folder' };
  try {
    return await foundOf(client, await client.stat(path, { signal }), signal);
  } catch (error) {
    if (error instanceof FtpError && error.code === 'NOT_FOUND') return { type: 'nothing' };
    throw error;
  }
}

/** What an entry is, links followed. */
export async function foundOf(client: Client, entry: RemoteEntry, signal: AbortSignal): Promise<Found> {
  const { type, size, modified, path } = entry;
  const isFolder = type === 'directory' || (type === 'link' && (await leadsToFolder(client, path, signal)));
  return {
    type: isFolder ? 'folder' : 'file',
    ...(type === 'file' && size !== undefined && { size }),
    ...(modified && { modified: modified.at }),
  };
}

/** Listings do not tell what a link leads to: going there does. */
async function leadsToFolder(client: Client, path: string, signal: AbortSignal): Promise<boolean> {
  const reply = await client.session((session) => session.command(`CWD ${path}`, { signal }), { signal });
  return reply.code < 400;
}

/** The login folder and the root are folders on every server. */
export const isRoot = (path: string): boolean => /^\/*$/.test(path);

/** Whether the user has said by the way it is written that this is a folder. */
export function isWrittenAsFolder(place: Place): boolean {
  if (place.kind === 'stdio') return false;
  const path = place.kind === 'local' ? place.path : place.remote.path;
  return path.endsWith('/') || (place.kind === 'remote' && path === '') || ['.', '..'].includes(basename(path));
}

/** The last component: what a copy in a folder is called. Undefined for roots and for stdio. */
export function nameOf(place: Place): string | undefined {
  if (place.kind === 'stdio') return undefined;
  const path = place.kind === 'local' ? place.path : place.remote.path;
  const name = basename(path);
  return ['', '.', '..'].includes(name) ? undefined : name;
}

/** A name in a place that is a folder. */
export function inside(place: Place, name: string): Place {
  if (place.kind === 'stdio') return place;
  if (place.kind === 'local') return { kind: 'local', path: join(place.path, name) };
  const path = place.remote.path.replace(/\/+$/, '');
  return {
    kind: 'remote',
    remote: { ...place.remote, path: path === '' && place.remote.path === '' ? name : joinPath(path || '/', name) },
  };
}
