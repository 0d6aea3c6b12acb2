import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { SERVERS, type ServerName, importFile, importedText } from '../daemon/config/import/import-file.js';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';

interface ImportFlags {
  readonly from?: ServerName;
  readonly output?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  twinport config import /etc/vsftpd.conf --output twinport.toml
  twinport config import /etc/proftpd/proftpd.conf > twinport.toml
  twinport config import /etc/pure-ftpd/conf > twinport.toml
  echo "pure-ftpd -E -p 50000:50100" > flags && twinport config import flags --from pure-ftpd

Users are not taken over. Each line that has no counterpart is said on stderr.`;

export function configImportCommand(): Command {
  return new Command('import')
    .description('take over the configuration of vsftpd, ProFTPD or Pure-FTPd')
    .argument('<FILE>', 'vsftpd.conf, proftpd.conf, pure-ftpd.conf, options of pure-ftpd, or its folder of files')
    .addOption(new Option('--from <SERVER>', 'whose it is (default: as its name and content say)').choices(SERVERS))
    .option('--output <FILE>', 'where to (default: stdout)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(importConfig);
}

async function importConfig(path: string, { from, output, json }: ImportFlags): Promise<void> {
  const imported = await importFile(path, from);
  const { settings, notes } = imported;
  if (output !== undefined) await write(output, importedText(imported, path));
  if (json) process.stdout.write(`${JSON.stringify({ settings, notes })}\n`);
  else if (output === undefined) process.stdout.write(importedText(imported, path));
  for (const { where, text, why } of notes) process.stderr.write(`${where}: ${text}: ${why}\n`);
}

async function write(output: string, text: string): Promise<void> {
  try {
    await writeFile(output, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = errnoOf(error) ?? 'error';
    const reason =
      code === 'EEXIST' ? 'it is there already: name another with --output' : `cannot be written (${code})`;
    throw new UsageFault(`${output}: ${reason}`, { cause: error });
  }
}
