import { DEFAULT_CLIENT_LIMITS, FtpError, type RemoteEntry, ReplyError } from '@twinport/ftp/client';
import { type Command, Option } from 'commander';
import { printable } from '../daemon/printable.js';
import { type CommandRun, runCommand } from './command-run.js';
import { entryRecord } from './entry-record.js';
import { fileAt } from './file-at.js';
import { type NameStyle, inColumns, longLine, nameText, sizeWidthOf } from './entry-text.js';
import { isPattern, matchingRemotes } from './matches.js';
import type { Remote } from './remotes.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';
import { SORT_KEYS, type SortKey, sortEntries } from './sort-entries.js';
import { paintFor } from './style.js';

interface Flags extends SharedFlags {
  readonly long?: boolean;
  readonly all?: boolean;
  readonly recursive?: boolean;
  readonly reverse?: boolean;
  readonly humanReadable?: boolean;
  readonly sort: SortKey;
  readonly null?: boolean;
}

const EXAMPLES = `
  twinport ls ftp://ftp.example.net/pub/          names, in columns on a terminal
  twinport ls -lh 'ftpes://ann@example.net/*.iso' type, mode, size, time and name
  twinport ls -R --json ftp://ftp.example.net/pub | jq '.entries[].path'

The long format is the same for every server: type (f, d, l, o), mode, size, time, name; - is what the server does
not say. Times are UTC where they end in Z, else in the server's own zone, and as exact as the server says them.`;

export function lsCommand(): Command {
  const command = clientCommand('ls', 'list a folder, a file, or what a pattern matches', { examples: EXAMPLES })
    .argument('<REMOTE...>')
    .option('-l, --long', 'type, mode, size, time and name, a line each')
    .option('-a, --all', 'names that begin with a dot as well')
    .option('-R, --recursive', 'what is in folders too')
    .option('-h, --human-readable', 'sizes as 3.4 MiB')
    .addOption(new Option('--sort <KEY>', 'order').choices(SORT_KEYS).default('name'))
    .option('-r, --reverse', 'the other way round')
    .option('-0, --null', 'end each name with NUL instead of a line end');
  return addSharedOptions(command).action(async (remotes: string[], flags: Flags) =>
    runCommand(flags, 'entries', (run) => new Lister(run, flags).listAll(remotes), 1),
  );
}

class Lister {
  readonly #run: CommandRun;
  readonly #flags: Flags;
  readonly #style: NameStyle;
  readonly #columns: number | undefined;
  #printed = false;

  constructor(run: CommandRun, flags: Flags) {
    this.#run = run;
    this.#flags = flags;
    const { isTTY, columns } = process.stdout;
    this.#style = { paint: paintFor(process.stdout, flags, process.env), escape: isTTY && !flags.null };
    this.#columns = isTTY && !flags.null ? columns : undefined;
  }

  async listAll(remotes: readonly string[]): Promise<void> {
    const heading = remotes.length > 1 || this.#flags.recursive === true;
    for (const text of remotes) {
      await this.#run.attempt(text, async () => {
        const remote = await this.#run.open(text);
        await this.#list(remote, heading);
      });
    }
  }

  async #list(remote: Remote, heading: boolean): Promise<void> {
    const { client, path } = remote;
    const { signal } = this.#run;
    if (isPattern(path)) {
      // A pattern says which names are meant, so none is hidden.
      const found = await matchingRemotes(remote, signal);
      const written = new Map(found.map((each) => [each.entry, each.path]));
      await this.#show([...written.keys()], (entry) => written.get(entry) ?? entry.path);
      return;
    }
    const entry = path === '' || path.endsWith('/') ? undefined : await client.stat(path, { signal });
    if (entry?.type === 'link') await this.#link(remote, entry, heading);
    else if (entry && entry.type !== 'directory') await this.#show([entry], () => path);
    else await this.#named(remote, heading);
  }

  /** It may turn out to be a file, written as a folder. */
  async #named(remote: Remote, heading: boolean): Promise<void> {
    const { client, path } = remote;
    try {
      await this.#folder(remote, path, heading);
    } catch (error) {
      if (!(await fileAt(client, path, error, this.#run.signal))) throw error;
      const message = `${path} is a file: write it without the slash at the end`;
      throw new FtpError('NOT_FOUND', message, { path, cause: error });
    }
  }

  /** What it leads to is listed if that is a folder, which only trying tells. */
  async #link(remote: Remote, link: RemoteEntry, heading: boolean): Promise<void> {
    try {
      await this.#folder(remote, remote.path, heading);
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
      await this.#show([link], () => remote.path);
    }
  }

  /** `above` are the folders it is in, by what the server says is the same for the same folder: links may lead up. */
  async #folder(remote: Remote, path: string, heading: boolean, above: readonly string[] = []): Promise<void> {
    const all = await remote.client.list(path, { signal: this.#run.signal }).toArray();
    const entries = all.filter(({ name }) => this.#flags.all === true || !name.startsWith('.'));
    if (heading) await this.#heading(path);
    this.#printed = true;
    const inner = (name: string): string => (/^$|\/$/.test(path) ? path + name : `${path}/${name}`);
    const inFull = this.#flags.null === true && heading;
    const sorted = await this.#show(entries, ({ name }) => (inFull ? inner(name) : name));
    if (!this.#flags.recursive || above.length >= DEFAULT_CLIENT_LIMITS.maxDepth) return;
    for (const { type, name, unique = name } of sorted) {
      if (type !== 'directory' || (unique !== name && above.includes(unique))) continue;
      await this.#run.prepare(inner(name), () => this.#folder(remote, inner(name), true, [...above, unique]));
    }
  }

  async #heading(path: string): Promise<void> {
    if (this.#run.out.format !== 'text' || this.#flags.null) return;
    await this.#run.out.write(`${this.#printed ? '\n' : ''}${this.#style.escape ? printable(path) : path || '.'}:\n`);
  }

  async #show(entries: readonly RemoteEntry[], label: (entry: RemoteEntry) => string): Promise<readonly RemoteEntry[]> {
    const { out } = this.#run;
    const sorted = sortEntries(entries, this.#flags.sort, this.#flags.reverse ?? false);
    if (out.format === 'text' && this.#columns !== undefined && !this.#flags.long) {
      const names = sorted.map((entry) => printable(label(entry)));
      const shown = sorted.map((entry) => nameText(entry, this.#style, label(entry)));
      for (const line of inColumns(names, shown, this.#columns)) await out.write(`${line}\n`);
      return sorted;
    }
    const style = { ...this.#style, human: this.#flags.humanReadable ?? false, sizeWidth: 0 };
    style.sizeWidth = sizeWidthOf(sorted, style.human);
    const end = this.#flags.null ? '\0' : '\n';
    for (const entry of sorted) {
      const text = (): string =>
        this.#flags.long ? longLine(entry, style, label(entry)) : nameText(entry, style, label(entry));
      await out.item(entryRecord(entry), () => `${text()}${end}`);
    }
    return sorted;
  }
}
