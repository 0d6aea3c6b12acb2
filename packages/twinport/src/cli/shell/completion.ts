import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../daemon/printable.js';
import { readSites } from '../../sites/sites-file.js';
import { expandHome } from './local-paths.js';
import type { KnownName } from './listing-cache.js';
import type { OpenServer } from './open-server.js';
import type { ArgumentKind, Verb, VerbOption } from './verb.js';
import { VERB_NAMES, knownVerb } from './verb-table.js';
import { type OpenWord, escapeName, openWord } from './words.js';

/** What may stand at the end of a line, as it would be written, and the end that it replaces. */
export type Completion = readonly [candidates: string[], written: string];

/** What a shell knows that completion needs. */
export interface Completed {
  readonly opened: Pick<OpenServer, 'at' | 'listings'> | undefined;
}

/** Names of this machine that are offered. */
const MAX_LOCAL = 10_000;
const LOCAL_MARK = 'local:';

/** A word that could come, and whether more of it is expected: a folder goes on with its content. */
interface Candidate {
  readonly text: string;
  readonly open?: boolean;
}

export async function complete(shell: Completed, line: string): Promise<Completion> {
  const open = openWord(line);
  const [name, ...rest] = open.before;
  if (!name)
    return offered(
      open,
      VERB_NAMES.map((text) => ({ text })),
      false,
    );
  const verb = knownVerb(name.text);
  if (!verb) return [[], open.written];
  const options = verb.options?.() ?? [];
  const previous = options.find(({ names, takesValue }) => takesValue && names.includes(rest.at(-1)?.text ?? ''));
  if (previous)
    return offered(
      open,
      previous.choices.map((text) => ({ text })),
      false,
    );
  if (open.word.text.startsWith('-') && open.quote === '')
    return offered(
      open,
      options.flatMap(({ names }) => names.filter((each) => each.startsWith('--'))).map((text) => ({ text })),
      false,
    );
  return await argument(
    shell,
    open,
    kindOf(
      verb,
      rest.map(({ text }) => text),
      options,
    ),
  );
}

function kindOf(verb: Verb, before: readonly string[], options: readonly VerbOption[]): ArgumentKind {
  let index = 0;
  let value = false;
  for (const text of before) {
    if (value) value = false;
    else if (text.startsWith('-')) value = options.some(({ names, takesValue }) => takesValue && names.includes(text));
    else index++;
  }
  return verb.completes(index);
}

async function argument(shell: Completed, open: OpenWord, kind: ArgumentKind): Promise<Completion> {
  const { text } = open.word;
  const words = wordsFor(kind);
  if (words) return offered(open, words, false);
  if (kind === 'marked' && text.startsWith(LOCAL_MARK))
    return offered(open, await localNames(text.slice(LOCAL_MARK.length), false), true, LOCAL_MARK);
  return offered(open, await namesFor(shell, text, kind), true);
}

/** What is no path. */
function wordsFor(kind: ArgumentKind): readonly Candidate[] | undefined {
  if (kind === 'none') return [];
  if (kind === 'verb') return VERB_NAMES.map((text) => ({ text }));
  if (kind === 'mode') return ['auto', 'passive', 'active'].map((text) => ({ text }));
  if (kind === 'site') return Array.from(readSites().keys(), (site) => ({ text: `${site}:`, open: true }));
  return undefined;
}

async function namesFor(shell: Completed, text: string, kind: ArgumentKind): Promise<readonly Candidate[]> {
  if (kind === 'local' || kind === 'local-folder') return await localNames(text, kind === 'local-folder');
  const there = await remoteNames(shell, text, kind === 'remote-folder');
  if (kind === 'remote-or-local') return merged(there, await localNames(text, false));
  if (kind === 'local-or-remote') return merged(await localNames(text, false), there);
  return kind === 'marked' && !text.includes('/') ? [{ text: LOCAL_MARK, open: true }, ...there] : there;
}

function merged(first: readonly Candidate[], second: readonly Candidate[]): Candidate[] {
  const seen = new Set(first.map(({ text }) => text));
  return [...first, ...second.filter(({ text }) => !seen.has(text))];
}

/** Of a path only the last component is offered: what stands before it stays as it is written, `mark` too. */
function offered(open: OpenWord, candidates: readonly Candidate[], isPath: boolean, mark = ''): Completion {
  const { word, quote } = open;
  const text = word.text.slice(mark.length);
  const typed = isPath ? text.slice(text.lastIndexOf('/') + 1) : text;
  const written = open.written.startsWith(mark) ? open.written.slice(mark.length) : open.written;
  // The quote stands before what is completed, or is part of it.
  const opening = quote !== '' && written.startsWith(quote) ? quote : '';
  const texts = candidates
    .filter((each) => each.text.startsWith(typed) && (typed !== '' || !each.text.startsWith('.')))
    .map((each) => opening + (isPath ? escapeName(each.text, quote) : each.text) + endOf(each, quote))
    .toSorted();
  return [texts, written];
}

function endOf({ text, open }: Candidate, quote: OpenWord['quote']): string {
  if (open) return text.endsWith(':') ? '' : '/';
  return `${quote} `;
}

async function remoteNames(shell: Completed, text: string, folders: boolean): Promise<Candidate[]> {
  const server = shell.opened;
  if (!server) return [];
  const slash = text.lastIndexOf('/');
  const folder = server.at(slash === -1 ? '' : text.slice(0, slash + 1));
  return candidatesOf(await server.listings.names(folder), folders);
}

/** What could move the cursor is not offered. */
function candidatesOf(names: readonly KnownName[], folders: boolean): Candidate[] {
  return names
    .filter(({ name, folder }) => (!folders || folder) && printable(name) === name)
    .map(({ name, folder }) => ({ text: name, open: folder }));
}

async function localNames(text: string, folders: boolean): Promise<Candidate[]> {
  const slash = text.lastIndexOf('/');
  const folder = slash === -1 ? '.' : expandHome(text.slice(0, slash + 1));
  const typed = text.slice(slash + 1);
  try {
    const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => name.startsWith(typed));
    const names = entries.slice(0, MAX_LOCAL).map(async (entry) => ({
      name: entry.name,
      folder: entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(folder, entry.name)))),
    }));
    return candidatesOf(await Promise.all(names), folders);
  } catch {
    return []; // no such folder: nothing to offer
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // a link that leads nowhere
  }
}
