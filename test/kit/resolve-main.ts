import { resolveRemote } from 'twinport/sites';

/** Prints what each remote resolves to, or the code of the error, as one JSON line each. */
for (const text of process.argv.slice(2)) {
  try {
    const { options } = await resolveRemote(text, {});
    process.stdout.write(`${JSON.stringify([options.user, options.password])}\n`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    process.stdout.write(`${JSON.stringify([error.code, error.message])}\n`);
  }
}
