import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Set in the process that is in a network of its own, or has none to be had. */
const INSIDE = 'TWINPORT_BENCH_NETWORK';
/** Ended connections are remembered for a minute, but no more than so many of them: ports never run out. */
const MOST_ENDED = 2_000;
const SCRIPT = `ip link set lo up && echo ${MOST_ENDED} > /proc/sys/net/ipv4/tcp_max_tw_buckets && exec "$@"`;

/**
 * Runs this program again in a network namespace, unless it is in one, or there is no root to make it: what contestants before have left in
 * TIME_WAIT, some thousands of connections, would slow down whoever is next. Resolves to its exit code; undefined: run on here.
 */
export async function runInOwnNetwork(): Promise<number | undefined> {
  if (process.env[INSIDE] !== undefined || process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, [INSIDE]: 'own' };
  const child = spawn('unshare', ['--net', 'sh', '-c', SCRIPT, 'sh', ...program], { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
