import { once } from 'node:events';
import { resolveRemote } from 'twinport/sites';

/** Prints what each remote resolves to, or the code of the error, as one JSON line each; for `-` it waits for input. */
for (const text of process.argv.slice(2)) {
  if (text === '-') {
    process.stderr.write('waiting\n');
    await once(process.stdin.resume(), 'data');
    process.stdin.pause();
    continue;
  }
  try {
    const { options } = await resolveRemote(text, {});
    process.stdout.write(`${JSON.stringify([options.user, options.password])}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stdout.write(`${JSON.stringify([error.code, error.message])}\n`);
  }
}
