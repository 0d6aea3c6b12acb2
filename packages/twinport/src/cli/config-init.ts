import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { FIRST_FOLDER, TEMPLATE } from '../daemon/config/template.js';
import { UsageFault, errnoOf } from '../daemon/usage-fault.js';
import { CONFIG_FILE } from './config-file.js';

export function configInitCommand(): Command {
  return new Command('init')
    .description('write a configuration to begin with, and the folder that it serves')
    .option('--config <FILE>', 'where to', CONFIG_FILE)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  twinport config init && twinport serve --config twinport.toml')
    .action(init);
}

async function init({ config: file, json }: { readonly config: string; readonly json?: boolean }): Promise<void> {
  const directory = join(dirname(resolve(file)), FIRST_FOLDER);
  try {
    await writeFile(file, TEMPLATE, { flag: 'wx', mode: 0o600 });
    await mkdir(directory, { recursive: true });
  } catch (error) {
    const code = errnoOf(error) ?? 'error';
    const reason =
      code === 'EEXIST' ? 'it is there already: name another with --config' : `cannot be written (${code})`;
    throw new UsageFault(`${file}: ${reason}`, { cause: error });
  }
  process.stdout.write(
    json
      ? `${JSON.stringify({ file: resolve(file), directory })}\n`
      : `wrote ${file}, which serves ${directory}\ntry: twinport serve --config ${file}\n`,
  );
}
