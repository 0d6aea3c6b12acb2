import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { CliProcess, type CliResult } from './cli-process.js';

/** A cell of the table of `twinport verify`. */
export interface CellRecord {
  readonly target: string;
  readonly role: string;
  readonly rules: string;
  readonly nat: string;
  readonly family: string;
  readonly way?: string;
  readonly tls?: boolean;
  readonly stranger?: string;
  readonly predicted: string;
  readonly measured: string;
  readonly agrees: boolean;
}

/** Runs it to its end. */
export async function verified(
  t: TestContext,
  args: readonly string[],
): Promise<CliResult & { cells: readonly CellRecord[] }> {
  const result = await new CliProcess(t, ['verify', '--json', ...args]).end();
  assert.notEqual(result.stdout, '', result.stderr);
  const { cells } = JSON.parse(result.stdout) as { cells: readonly CellRecord[] };
  return { ...result, cells };
}
