import { createRequire } from 'node:module';
import * as v from 'valibot';

/** As package.json of the published package says. */
export const VERSION = v.parse(
  v.object({ version: v.string() }),
  createRequire(import.meta.url)('../../package.json'),
).version;
