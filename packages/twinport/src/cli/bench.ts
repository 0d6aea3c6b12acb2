import { type Command, Option } from 'commander';
import { ServerBench } from './bench-server.js';
import { runCommand } from './command-run.js';
import { type SharedFlags, addSharedOptions, clientCommand, size, wholeNumber } from './shared-flags.js';

export interface BenchFlags extends SharedFlags {
  readonly size: number;
  readonly files: number;
  readonly seconds: number;
}

const DEFAULT_SIZE = 64 * 1024 * 1024;
const DEFAULT_FILES = 200;
const DEFAULT_SECONDS = 10;

const EXAMPLES = `
  twinport bench ftp://ann@ftp.example.net/incoming            in a folder of its own there, removed at the end
  twinport bench --passive --size 1G --json ftp://127.0.0.1:2121
  twinport bench ftp://ftp.example.net/pub/image.iso           nothing is written: this file is read

Measured are logging in, NOOP, one large file, small files over one and over --parallel connections, and listing; the
large file in passive and in active mode. Where nothing may be written, what needs no writing is measured.`;

export function benchCommand(): Command {
  const command = clientCommand('bench', 'measure a server, from here', { examples: EXAMPLES })
    .argument('<REMOTE>', 'a folder to write into, or a file to read')
    .addOption(new Option('--size <N>', 'octets of the large file').argParser(size).default(DEFAULT_SIZE, '64M'))
    .option('--files <N>', 'small files of 4 KiB each way', wholeNumber, DEFAULT_FILES)
    .option('--seconds <S>', 'end a measure after so long, with what it has by then', wholeNumber, DEFAULT_SECONDS);
  return addSharedOptions(command).action(async (remote: string, flags: BenchFlags) =>
    runCommand(flags, 'measures', (run) => new ServerBench(run, flags).measure(remote)),
  );
}
