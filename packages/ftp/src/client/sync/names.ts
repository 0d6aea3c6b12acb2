import { createHash } from 'node:crypto';
import { MAX_COMPONENT_LENGTH, encodeText, isValidUtf8Text } from '../../protocol/index.js';
import type { SyncSeen } from './contract.js';

/** Octets a whole local path may have: PATH_MAX without its NUL. */
const MAX_LOCAL_PATH = 4095;
const PARTIAL = /^\.twinport-[0-9a-f]{24}\.part$/;
const WINDOWS_RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// oxlint-disable-next-line no-control-regex -- they are what Windows refuses
const WINDOWS_FORBIDDEN = /[<>:"|?*\\\u0000-\u001f]/;

/** Why a path of one component more cannot be had in a local folder, in words; undefined where it can. */
export function localNameFault(folder: string, name: string, platform: NodeJS.Platform): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it names a folder, not something in one';
  if (name.includes('/') || name.includes('\0')) return 'it holds a slash or NUL';
  if (!isValidUtf8Text(name)) return 'it is not UTF-8';
  if (encodeText(name).length > MAX_COMPONENT_LENGTH) return `it has more than ${MAX_COMPONENT_LENGTH} octets`;
  if (encodeText(folder).length + 1 + encodeText(name).length > MAX_LOCAL_PATH) return 'its path is too long';
  return platform === 'win32' ? windowsNameFault(name) : undefined;
}

function windowsNameFault(name: string): string | undefined {
  if (WINDOWS_FORBIDDEN.test(name)) return 'it holds a character that Windows does not allow';
  if (name.endsWith('.') || name.endsWith(' ')) return 'Windows drops the dot or space at its end';
  return WINDOWS_RESERVED.test(name) ? 'it is a device on Windows' : undefined;
}

/** Why a name cannot be sent to a server, in words; undefined where it can. */
export function remoteNameFault(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it names a folder, not something in one';
  if (/[/\0\r\n]/.test(name)) return 'it holds a slash, a line end or NUL';
  if (name.includes('\u{FFFD}')) return 'it is not UTF-8';
  return undefined;
}

/** The same text for names that a target without case, or without regard to how `é` is written, takes for one. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

/** Where a download of just this file, as it is now, is kept until it is complete: a later run finds the same name, and goes on. */
export function partialName(name: string, source: SyncSeen): string {
  const identity = JSON.stringify([name, source.size, source.modified?.at, source.unique]);
  return `.twinport-${createHash('sha256').update(identity).digest('hex').slice(0, 24)}.part`;
}

/** Whether a name is one that {@link partialName} gives. */
export function isPartialName(name: string): boolean {
  return PARTIAL.test(name);
}

/** Where a client writes an upload with `atomic` until it is whole. */
export function atomicName(name: string): string {
  return `${name}.part`;
}

export function isAtomicName(name: string): boolean {
  return name.endsWith('.part');
}

/**
 * Whether a link in a folder so many levels below the root stays inside of the root, whatever links it meets on its way: `..` only
 * before everything else, and no more of them than levels.
 */
export function staysInside(target: string, depth: number): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\\') || target.includes('\0')) return false;
  const components = target.split('/').filter((component) => component !== '' && component !== '.');
  const first = components.findIndex((component) => component !== '..');
  const up = first === -1 ? components.length : first;
  return up <= depth && !components.slice(up).includes('..');
}

/** The folder of a path relative to a root; `''` is the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `name` in `folder`, both relative to a root. */
export function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Levels below the root: 0 is the root. */
export function depthOf(path: string): number {
  return path === '' ? 0 : path.split('/').length;
}
