import type { Command } from 'commander';
import type { Sources } from '../daemon/config/config.js';
import { type SettingFlags, addSettingOptions, flagsLayer } from './serve-flags.js';

/** What `twinport config` is about where no other is named. */
export const CONFIG_FILE = 'twinport.toml';

export interface ConfigFlags extends SettingFlags {
  readonly config: string;
  readonly json?: boolean;
}

/** What `serve` takes, but what is about its output. */
export function addConfigOptions(command: Command): Command {
  const named = command
    .argument('[DIR]', 'the folder to serve, as for serve')
    .option('--config <FILE>', 'the file', CONFIG_FILE)
    .option('--json', 'print one JSON object');
  return addSettingOptions(named);
}

export function sourcesOf(directory: string | undefined, flags: ConfigFlags): Sources {
  return { file: flags.config, env: process.env, flags: flagsLayer(directory, flags) };
}
