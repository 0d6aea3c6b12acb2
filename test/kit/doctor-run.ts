import assert from 'node:assert/strict';
import type { Diagnosis, Observation } from '@twinport/ftp/firewall';
import { MAIN } from './cli-process.js';
import type { Namespace } from './namespace.js';

/** What `twinport doctor --json` prints. */
export interface DoctorReport extends Diagnosis {
  readonly exitCode: number;
  readonly observations: readonly Observation[];
}

/** The doctor's own promise, at default settings. */
const LONGEST_MS = 30_000;

/** What `twinport doctor --server --json` prints. */
export interface ServerReport extends Pick<Diagnosis, 'works' | 'findings'> {
  readonly exitCode: number;
  readonly unread: readonly string[];
}

/** Runs the doctor on a host of a test network; the exit code must be the one it reports, within the time it promises. */
export async function runDoctor(host: Namespace, ...args: readonly string[]): Promise<DoctorReport> {
  return (await run(host, args)) as DoctorReport;
}

export async function runServerDoctor(host: Namespace, ...args: readonly string[]): Promise<ServerReport> {
  return (await run(host, ['--server', ...args])) as ServerReport;
}

async function run(host: Namespace, args: readonly string[]): Promise<{ readonly exitCode: number }> {
  const child = host.spawn('env', 'HOME=/nonexistent', process.execPath, MAIN, 'doctor', '--json', ...args);
  let [printed, said] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin?.end();
  const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  assert.notEqual(code, null, `it has not ended within ${LONGEST_MS} ms: ${printed}${said}`);
  assert.notEqual(printed, '', said);
  const report = JSON.parse(printed) as { readonly exitCode: number };
  assert.equal(code, report.exitCode, said);
  return report;
}
