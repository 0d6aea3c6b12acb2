import { Command } from 'commander';
import { loadConfiguration } from '../daemon/config/config.js';
import { type Setting, effectiveSettings } from '../daemon/config/effective.js';
import { originText } from '../daemon/config/origin.js';
import { type ConfigFlags, addConfigOptions, sourcesOf } from './config-file.js';

const EXAMPLES = `
Examples:
  twinport config show
  TWINPORT_PORT=2121 twinport config show --passive-ports 40000-40009

Passwords and hashes are not shown. The options are those of serve.`;

export function configShowCommand(): Command {
  const command = new Command('show').description('show every setting that holds, and where it came from');
  return addConfigOptions(command).addHelpText('after', EXAMPLES).action(show);
}

async function show(directory: string | undefined, flags: ConfigFlags): Promise<void> {
  const settings = effectiveSettings(await loadConfiguration(sourcesOf(directory, flags)));
  if (flags.json) {
    const shown = settings.map(({ origin, ...setting }) => ({ ...setting, source: origin }));
    process.stdout.write(`${JSON.stringify({ file: flags.config, settings: shown })}\n`);
    return;
  }
  const rows = settings.map((setting) => [setting.key, valueText(setting), originText(setting.origin)] as const);
  const [keys, values] = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  process.stdout.write(
    rows.map(([key, value, origin]) => `${key.padEnd(keys ?? 0)}  ${value.padEnd(values ?? 0)}  ${origin}\n`).join(''),
  );
}

function valueText({ value, words }: Setting): string {
  return words ?? JSON.stringify(value);
}
