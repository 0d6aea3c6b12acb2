import { SyntaxFault } from './syntax-fault.js';
import { encodeText } from './text.js';

/** Octets a whole virtual path may have. */
export const MAX_PATH_LENGTH = 4096;
/** Octets one component of a path may have. */
export const MAX_COMPONENT_LENGTH = 255;

/**
 * The absolute, normal path (`/a/b`) that `argument` names in `directory`. `..` above the root stays at the root; `\` and `~` are
 * ordinary characters. Throws SyntaxFault('path') on NUL, CR, LF, or when the result or one of its components is too long.
 */
export function resolvePath(directory: string, argument: string): string {
  const text = argument.startsWith('/') ? argument : `${directory}/${argument}`;
  if (text.includes('\0') || text.includes('\r') || text.includes('\n')) {
    throw new SyntaxFault('path', 'A path holds no NUL, CR or LF');
  }
  const components: string[] = [];
  for (const component of text.split('/')) {
    if (component === '..') components.pop();
    else if (component !== '' && component !== '.') components.push(component);
  }
  const path = `/${components.join('/')}`;
  if (isLonger(path, MAX_PATH_LENGTH)) throw new SyntaxFault('path', `A path has at most ${MAX_PATH_LENGTH} octets`);
  if (components.some((component) => isLonger(component, MAX_COMPONENT_LENGTH))) {
    throw new SyntaxFault('path', `A component of a path has at most ${MAX_COMPONENT_LENGTH} octets`);
  }
  return path;
}

/** A UTF-16 unit becomes one to three octets, so most texts are decided without encoding them. */
function isLonger(text: string, octets: number): boolean {
  if (text.length * 3 <= octets) return false;
  return text.length > octets || encodeText(text).length > octets;
}

/** RFC 959 appendix II: in double quotes, each `"` doubled, as a 257 reply shows a path. */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** Reads a quoted path at the start of `text` (RFC 959 appendix II); `rest` is what follows the closing quote. */
export function parseQuotedPath(text: string): { path: string; rest: string } | undefined {
  if (!text.startsWith('"')) return undefined;
  let end = text.indexOf('"', 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  if (end === -1) return undefined;
  return { path: text.slice(1, end).replaceAll('""', '"'), rest: text.slice(end + 1) };
}

/** The directory that holds a normal path; the root's is the root. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** The last component of a normal path; `/` for the root. */
export function baseName(path: string): string {
  return path === '/' ? path : path.slice(path.lastIndexOf('/') + 1);
}

/** The path of `name`, one component, in the normal path `directory`. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** Whether a normal path is `directory` itself or lies below it. */
export function isInside(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}
