import { type Command, InvalidArgumentError, Option } from 'commander';
import { ServerBench } from './bench-server.js';
import { runCommand } from './command-run.js';
import { type SharedFlags, addSharedOptions, clientCommand, size, wholeNumber } from './shared-flags.js';

export interface BenchFlags extends SharedFlags {
  readonly write?: boolean;
  readonly size: number;
  readonly files: number;
  readonly seconds: number;
}

const DEFAULT_SIZE = 64 * 1024 * 1024;
const DEFAULT_FILES = 200;
const DEFAULT_SECONDS = 10;
const MAX_FILES = 1_000_000;
const MAX_SECONDS = 86_400;

const EXAMPLES = `
  twinport bench ftp://ftp.example.net/pub/image.iso           logging in, NOOP, the folder's listing, and this file
  twinport bench --write ftpes://ann@ftp.example.net/incoming  uploads too, in a folder of its own that is removed
  twinport bench --active --write --size 1G --parallel 8 --json site:incoming

Nothing is written without --write. The way of making data connections is the same for all measures: --active and
--passive choose it.`;

export function benchCommand(): Command {
  const command = clientCommand('bench', 'measure a server, from here', { examples: EXAMPLES })
    .argument('<REMOTE>', 'a folder to list, or a file to download')
    .option('--write', 'upload and download in that folder too, in one that is made and removed: twinport-bench-…')
    .addOption(
      new Option('--size <N>', 'octets that are uploaded as large files')
        .argParser(someOctets)
        .default(DEFAULT_SIZE, '64M'),
    )
    .option('--files <N>', 'small files of 4 KiB', upTo(MAX_FILES), DEFAULT_FILES)
    .option('--seconds <S>', 'begin nothing more in a measure after so long', upTo(MAX_SECONDS), DEFAULT_SECONDS);
  return addSharedOptions(command).action(async (remote: string, flags: BenchFlags) =>
    runCommand(flags, 'measures', (run) => new ServerBench(run, flags).measure(remote)),
  );
}

function someOctets(text: string): number {
  const octets = size(text);
  if (octets === 0) throw new InvalidArgumentError('give at least one octet.');
  return octets;
}

function upTo(max: number): (text: string) => number {
  return (text) => {
    const number = wholeNumber(text);
    if (number < 1 || number > max) throw new InvalidArgumentError(`give a number from 1 to ${max}.`);
    return number;
  };
}
