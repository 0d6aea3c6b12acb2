import { Glob } from '../../protocol/index.js';
import { FtpError } from '../errors.js';

/**
 * One rule. The pattern is compared with the path below the root: `*`, `?` and `[a-z]` match within one component, names with a leading
 * dot too; `**` as a component matches any number of folders, at the end everything that is in one. A leading slash anchors it at the root, else it may begin at any
 * component; a trailing slash restricts it to folders. An excluded folder is not entered, whatever is said of what is in it.
 */
export type SyncFilter = { readonly include: string } | { readonly exclude: string };

/** A path, and whether it is a folder's. */
export type SyncFilterTest = (path: string, isFolder: boolean) => boolean;

/**
 * Reads rules from text, one a line: `+ PATTERN` includes, `- PATTERN` excludes. Empty lines and lines that begin with `#` are
 * ignored. Throws USAGE on anything else.
 */
export function parseFilters(text: string): SyncFilter[] {
  const filters: SyncFilter[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, sign, pattern] = /^([+-])[ \t]+(.*)$/.exec(line) ?? [];
    if (pattern === undefined || pattern === '') {
      throw usage(`Line ${index + 1} of the filters is neither "+ PATTERN" nor "- PATTERN": ${line}`);
    }
    filters.push(sign === '+' ? { include: pattern } : { exclude: pattern });
  }
  return filters;
}

/** Whether a path is included. Throws USAGE on a pattern that is empty or too long. */
export function compileFilters(filters: readonly SyncFilter[]): SyncFilterTest {
  const rules = filters.map((filter) =>
    'include' in filter
      ? { includes: true, pattern: new PathPattern(filter.include) }
      : { includes: false, pattern: new PathPattern(filter.exclude) },
  );
  return (path, isFolder) => {
    const components = path.split('/');
    return rules.find(({ pattern }) => pattern.matches(components, isFolder))?.includes ?? true;
  };
}

/** Any number of components. */
const ANY_DEPTH = '**';
/** Before pattern and name alike: Glob keeps its wildcards from names with a leading dot, filters do not. */
const NOT_A_DOT = 'x';

class PathPattern {
  readonly #foldersOnly: boolean;
  readonly #parts: readonly (Glob | typeof ANY_DEPTH)[];

  constructor(text: string) {
    this.#foldersOnly = text.endsWith('/');
    const components = text.split('/').filter((component) => component !== '');
    if (components.length === 0) throw usage(`A filter needs a pattern: "${text}"`);
    if (!text.startsWith('/')) components.unshift(ANY_DEPTH);
    if (components.at(-1) === ANY_DEPTH) components.push('*');
    this.#parts = components.map((component) => (component === ANY_DEPTH ? ANY_DEPTH : globOf(component)));
  }

  /** As a glob matches characters: only the last `**` ever has to give way. */
  matches(components: readonly string[], isFolder: boolean): boolean {
    if (this.#foldersOnly && !isFolder) return false;
    const parts = this.#parts;
    let at = 0;
    let next = 0;
    let anyAt = -1;
    let anyNext = 0;
    while (at < components.length) {
      const part = parts[next];
      if (part === ANY_DEPTH) {
        anyAt = at;
        anyNext = ++next;
      } else if (part?.matches(NOT_A_DOT + (components[at] ?? '')) === true) {
        at++;
        next++;
      } else if (anyAt !== -1) {
        at = ++anyAt;
        next = anyNext;
      } else {
        return false;
      }
    }
    while (parts[next] === ANY_DEPTH) next++;
    return next === parts.length;
  }
}

function globOf(component: string): Glob {
  try {
    return new Glob(NOT_A_DOT + component);
  } catch (error) {
    throw usage(`A filter is too long: ${component.slice(0, 40)}…`, error);
  }
}

function usage(message: string, cause?: unknown): FtpError {
  return new FtpError('USAGE', message, { phase: 'usage', cause });
}
