import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { createInput } from './mutate.js';
import { Random } from './random.js';
import { captureTargets } from './targets/captures.js';
import { listingTargets } from './targets/listings.js';
import { nameTargets } from './targets/names.js';
import { remoteTargets } from './targets/remotes.js';
import { rulesetTargets } from './targets/rulesets.js';
import { transformTargets } from './targets/transforms.js';
import { wireTargets } from './targets/wire.js';

const USAGE = `npm run fuzz -- [NAME …] [--seconds N] [--seed N] [--input HEX]

  NAME         targets whose name contains it; default: all
  --seconds N  for all targets together; default 20
  --seed N     repeats a run
  --input HEX  runs one input only, as a finding shows it
`;

type Target = (bytes: Uint8Array) => void;

interface Finding {
  readonly input: Uint8Array;
  readonly error: unknown;
}

const TARGETS: Readonly<Record<string, Target>> = {
  ...wireTargets,
  ...transformTargets,
  ...nameTargets,
  ...listingTargets,
  ...remoteTargets,
  ...rulesetTargets,
  ...captureTargets,
};
const RUNS_BETWEEN_CLOCKS = 64;
const LARGEST_SEED = 2 ** 32;

function chosen(names: readonly string[]): readonly (readonly [string, Target])[] {
  const all = Object.entries(TARGETS);
  return names.length === 0 ? all : all.filter(([target]) => names.some((name) => target.includes(name)));
}

/** Runs a target until its time is up or an input breaks it. */
function fuzz(
  target: Target,
  random: Random,
  milliseconds: number,
): { readonly runs: number; readonly finding?: Finding } {
  const end = performance.now() + milliseconds;
  for (let runs = 0; ; runs += 1) {
    if (runs % RUNS_BETWEEN_CLOCKS === 0 && performance.now() >= end) return { runs };
    const finding = attempt(target, createInput(random));
    if (finding) return { runs: runs + 1, finding };
  }
}

function attempt(target: Target, input: Uint8Array): Finding | undefined {
  try {
    target(input);
    return undefined;
  } catch (error) {
    return { input, error };
  }
}

function describe({ input, error }: Finding): string {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `  input ${Buffer.from(input).toString('hex') || "''"}\n  ${what.replaceAll('\n', '\n  ')}\n`;
}

/** A whole number of seconds or a seed. Throws RangeError. */
function parseWhole(name: string, text: string, largest: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= largest)) throw new RangeError(`--${name}: ${text} is not a whole number up to ${largest}`);
  return value;
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '20' },
      seed: { type: 'string', default: String(randomInt(LARGEST_SEED)) },
      input: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const seed = parseWhole('seed', values.seed, LARGEST_SEED - 1);
  const seconds = parseWhole('seconds', values.seconds, 86_400);
  const targets = chosen(positionals);
  if (targets.length === 0)
    throw new RangeError(
      `no target is named like ${positionals.join(' or ')}; there are: ${Object.keys(TARGETS).join(' ')}`,
    );
  const milliseconds = (seconds * 1000) / targets.length;
  process.stdout.write(`${targets.length} targets, ${seconds} seconds, seed ${seed}\n`);
  let findings = 0;
  for (const [name, target] of targets) {
    const once = values.input === undefined ? undefined : attempt(target, Buffer.from(values.input, 'hex'));
    const { runs, finding } =
      values.input === undefined ? fuzz(target, new Random(seed), milliseconds) : { runs: 1, finding: once };
    process.stdout.write(
      `${name.padEnd(20)} ${String(runs).padStart(9)} runs${finding ? '  FAILED' : ''}\n${finding ? describe(finding) : ''}`,
    );
    if (finding) findings += 1;
  }
  return findings === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  // Of parseArgs and of the checks above: the reader has mistyped something.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
