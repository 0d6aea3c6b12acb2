import { type ListedEntry, SyntaxFault, joinPath, resolvePath } from '../protocol/index.js';
import { FtpError } from './errors.js';

/** Paths of systems that have no slashes: MVS data sets in quotes, VMS with its brackets, Windows drives. They are sent as they are. */
function isForeign(home: string, path: string): boolean {
  if (/^'.*'$/.test(path)) return true; // MVS has both kinds of paths
  return !home.startsWith('/') && /^[^/]*\[.*\]|^[A-Za-z]:\\/.test(path);
}

/** The absolute path that a caller means. Throws FtpError('USAGE') for what cannot be sent. */
export function absolutePath(home: string, path: string): string {
  if (/[\r\n\0]/.test(path)) throw new FtpError('USAGE', 'A path holds no CR, LF or NUL', { phase: 'usage' });
  if (isForeign(home, path)) return path;
  if (!home.startsWith('/'))
    return path.startsWith('/') || path === '' ? path || home : entryPath(home, { name: path, format: 'unix' });
  try {
    return resolvePath(home, path);
  } catch (cause) {
    if (!(cause instanceof SyntaxFault)) throw cause;
    throw new FtpError('USAGE', cause.message, { phase: 'usage', path, cause });
  }
}

/** The path of an entry in a folder, as the folder's system writes it. */
export function entryPath(
  directory: string,
  { name, format, type }: Pick<ListedEntry, 'name' | 'format'> & { readonly type?: ListedEntry['type'] },
): string {
  if (directory.startsWith('/')) return joinPath(directory, name);
  if (directory.startsWith("'")) return mvsPath(directory, name, format);
  if (directory.endsWith(']')) return type === 'directory' ? `${directory.slice(0, -1)}.${name}]` : directory + name;
  if (/^[A-Za-z]:\\/.test(directory)) return `${directory.replace(/\\$/, '')}\\${name}`;
  return joinPath(directory, name);
}

/** `'ANN.'` holds `'ANN.JCL'`; the partitioned data set `'ANN.JCL'` holds the member `'ANN.JCL(RUN)'`. */
function mvsPath(directory: string, name: string, format: ListedEntry['format']): string {
  if (name.startsWith("'")) return name;
  const prefix = directory.slice(1, -1);
  if (format === 'pds') return `'${prefix}(${name})'`;
  return `'${prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`}${name}'`;
}
