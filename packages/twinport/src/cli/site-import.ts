import { Command, Option } from 'commander';
import { UsageFault } from '../daemon/usage-fault.js';
import {
  IMPORT_KINDS,
  ImportFault,
  type ImportKind,
  type ImportNote,
  type ImportedSite,
  MAX_IMPORT_LENGTH,
  importSites,
  readPrivate,
  readSites,
  siteUrl,
  writeSites,
} from '../sites/index.js';

interface ImportFlags {
  readonly from?: ImportKind;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

interface Plan {
  readonly kind: ImportKind;
  readonly added: readonly ImportedSite[];
  readonly notes: readonly ImportNote[];
}

const EXAMPLES = `
Examples:
  twinport site import ~/.config/filezilla/sitemanager.xml --dry-run
  twinport site import ~/.local/share/lftp/bookmarks
  twinport site import WinSCP.ini --from winscp

Passwords come along where the file has them; they are never shown. What is left out is said on stderr.`;

export function siteImportCommand(): Command {
  return new Command('import')
    .description('take over the sites of FileZilla, lftp or WinSCP')
    .argument('<FILE>', 'sitemanager.xml or an export of FileZilla, bookmarks of lftp, WinSCP.ini')
    .addOption(new Option('--from <KIND>', 'default: found out from the file').choices(IMPORT_KINDS))
    .option('-n, --dry-run', 'say what would be added, and change nothing')
    .option('--replace', 'also sites that are there already')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: ImportFlags) => {
      const plan = planOf(file, flags);
      if (!flags.dryRun) await writeSites(new Map(plan.added.map(({ name, site }) => [name, site])));
      report(plan, flags);
    });
}

function planOf(path: string, { from, replace }: ImportFlags): Plan {
  const file = readPrivate(path, MAX_IMPORT_LENGTH);
  if (!file) throw new UsageFault(`cannot read ${path}: there is no such file`);
  const present = readSites();
  const { kind, sites, notes } = imported(path, file.content, from);
  const isKept = ({ name }: ImportedSite): boolean => !replace && present.has(name);
  const kept = sites.filter(isKept).map(({ name }) => ({
    name,
    message: 'there is a site of that name already; --replace replaces it',
    skipped: true,
  }));
  return { kind, added: sites.filter((site) => !isKept(site)), notes: [...notes, ...kept] };
}

function imported(path: string, content: Buffer, from: ImportKind | undefined): ReturnType<typeof importSites> {
  try {
    return importSites(content, from);
  } catch (error) {
    if (error instanceof ImportFault) throw new UsageFault(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function report({ kind, added, notes }: Plan, { dryRun = false, json }: ImportFlags): void {
  const shown = added.map(({ name, site }) => ({ name, url: siteUrl(site) }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ kind, dryRun, added: shown, notes }, undefined, 2)}\n`);
    return;
  }
  const verb = dryRun ? 'would add' : 'added';
  process.stdout.write(shown.map(({ name, url }) => `${verb} ${name}  ${url}\n`).join(''));
  for (const { name, message, skipped } of notes) {
    process.stderr.write(`${skipped ? 'skipped ' : ''}${printable(name)}: ${printable(message)}\n`);
  }
  const skipped = notes.filter((note) => note.skipped).length;
  process.stderr.write(`${kind}: ${verb} ${added.length}, skipped ${skipped}\n`);
}

/** Names of a foreign file cannot move the cursor. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
