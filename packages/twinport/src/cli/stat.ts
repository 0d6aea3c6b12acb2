import type { RemoteEntry } from '@twinport/ftp/client';
import type { Command } from 'commander';
import { printable } from '../daemon/printable.js';
import { formatSize } from './amounts.js';
import { runCommand } from './command-run.js';
import { entryRecord, formatMode } from './entry-record.js';
import { timeText } from './entry-text.js';
import { entriesOf } from './matches.js';
import { type SharedFlags, addSharedOptions, clientCommand } from './shared-flags.js';

const EXAMPLES = `
  twinport stat ftp://ftp.example.net/pub/README
  twinport stat --json ftp://ftp.example.net/pub/README | jq '.entries[0].size'`;

export function statCommand(): Command {
  const command = clientCommand('stat', 'show all that the server says of a file or a folder', {
    examples: EXAMPLES,
  }).argument('<REMOTE...>');
  return addSharedOptions(command).action(async (remotes: string[], flags: SharedFlags) =>
    runCommand(
      flags,
      'entries',
      async (run) => {
        let first = true;
        for (const text of remotes) {
          await run.attempt(text, async () => {
            for (const entry of await entriesOf(await run.open(text), run.signal)) {
              const gap = first ? '' : '\n';
              first = false;
              await run.out.item(entryRecord(entry), () => `${gap}${statText(entry)}`);
            }
          });
        }
      },
      1,
    ),
  );
}

/** One fact a line. Names are escaped always: this is for readers, scripts have JSON. */
export function statText(entry: RemoteEntry): string {
  const { path, type, size, modified, created, mode, owner, group, links, target, unique, perm } = entry;
  const facts: readonly (readonly [label: string, value: string | undefined])[] = [
    ['path', path],
    ['type', type],
    ['size', size === undefined ? undefined : `${size}${size < 1024 ? '' : ` (${formatSize(size)})`}`],
    ['modified', modified && `${timeText(modified)}${modified.zone === 'utc' ? '' : ' in the server’s time zone'}`],
    ['created', created && timeText(created)],
    ['mode', mode === undefined ? undefined : formatMode(mode)],
    ['owner', owner],
    ['group', group],
    ['links', links === undefined ? undefined : String(links)],
    ['target', target],
    ['unique', unique],
    ['perm', perm],
  ];
  return facts
    .flatMap(([label, value]) => (value === undefined ? [] : [`${label.padEnd(8)}  ${printable(value)}\n`]))
    .join('');
}
