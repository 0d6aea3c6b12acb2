import { createInterface } from 'node:readline';
import { exitCodeOfAll } from '../exit-code.js';
import { EXIT } from '../exit.js';
import type { SharedFlags } from '../shared-flags.js';
import { Shell } from './shell.js';
import { MAX_LINE_LENGTH } from './words.js';

export interface ScriptOptions {
  readonly remote: string | undefined;
  readonly keepGoing: boolean;
  /** Where the lines come from, for messages. */
  readonly name: string;
}

/** Runs lines one after the other, to the first that fails. Resolves with its exit code. */
export async function runScript(
  lines: AsyncIterable<string> | Iterable<string>,
  flags: SharedFlags,
  { remote, keepGoing, name }: ScriptOptions,
): Promise<number> {
  const shell = new Shell(flags, (line) => process.stderr.write(`${line}\n`));
  const abort = new AbortController();
  let signals = 0;
  const onSignal = (): void => {
    if (++signals > 1) process.exit(EXIT.interrupted);
    abort.abort(new Error('interrupted'));
    shell.jobs.stopAll();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  try {
    if (remote !== undefined) await shell.open(remote, abort.signal);
    return await runLines(shell, lines, { keepGoing, name, signal: abort.signal });
  } catch (error) {
    return shell.report(error, undefined);
  } finally {
    await shell.end();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('SIGHUP', onSignal);
  }
}

async function runLines(
  shell: Shell,
  lines: AsyncIterable<string> | Iterable<string>,
  { keepGoing, name, signal }: { readonly keepGoing: boolean; readonly name: string; readonly signal: AbortSignal },
): Promise<number> {
  const codes: number[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    const code = await shell.run(line, signal, keepGoing);
    codes.push(code);
    if (signal.aborted) return EXIT.interrupted;
    if (code !== EXIT.ok && !keepGoing) {
      shell.say(`twinport: stopped at line ${number} of ${name}; --keep-going goes on`);
      return code;
    }
    if (shell.leaving) break;
  }
  await shell.jobs.ended();
  const all = [...codes, ...shell.jobs.takeCodes()];
  const failures = all.filter((code) => code !== EXIT.ok);
  return keepGoing ? exitCodeOfAll(failures, all.length - failures.length) : (failures[0] ?? EXIT.ok);
}

/** The lines of standard input, as they come. */
export async function* linesOfInput(): AsyncGenerator<string> {
  const reading = createInterface({ input: process.stdin, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of reading) yield line.slice(0, MAX_LINE_LENGTH + 1); // longer ones are refused
  } finally {
    reading.close();
    process.stdin.destroy();
  }
}
