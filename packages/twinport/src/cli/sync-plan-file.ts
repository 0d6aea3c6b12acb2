import { readFile, writeFile } from 'node:fs/promises';
import type { SyncPlan } from '@twinport/ftp/client';
import * as v from 'valibot';
import { UsageFault } from '../daemon/usage-fault.js';
import type { Output } from './output.js';

/** Writes a plan to be read, reviewed and carried out later; `-` is stdout. */
export async function writePlan(out: Output, file: string, plan: SyncPlan): Promise<void> {
  const text = `${JSON.stringify(plan, undefined, 2)}\n`;
  if (file === '-') await out.write(text);
  else await writeFile(file, text);
}

/** Somebody may have edited it: nothing in it leads out of the roots. */
const path = v.pipe(
  v.string(),
  v.check(
    (text) => !text.startsWith('/') && !text.includes('\0') && !text.split('/').includes('..'),
    'expected a path below the root',
  ),
);
const time = v.object({
  at: v.pipe(v.string(), v.isoTimestamp()),
  precision: v.picklist(['millisecond', 'second', 'minute', 'day']),
  zone: v.picklist(['utc', 'server']),
});
const seen = v.object({
  type: v.picklist(['file', 'directory', 'link', 'other']),
  size: v.exactOptional(v.number()),
  modified: v.exactOptional(time),
  unique: v.exactOptional(v.string()),
  target: v.exactOptional(v.string()),
});
const yes = v.exactOptional(v.literal(true));
const action = v.variant('do', [
  v.object({ do: v.literal('make-directory'), path }),
  v.object({
    do: v.literal('transfer'),
    path,
    why: v.picklist(['missing', 'newer', 'size', 'hash', 'always']),
    source: seen,
    replaces: v.exactOptional(seen),
    resume: yes,
  }),
  v.object({ do: v.literal('link'), path, target: v.string(), replaces: v.exactOptional(seen) }),
  v.object({ do: v.literal('set-time'), path, modified: v.string(), seen }),
  v.object({ do: v.literal('delete-file'), path, seen, first: yes }),
  v.object({ do: v.literal('delete-directory'), path, first: yes }),
]);
const root = v.variant('kind', [
  v.object({ kind: v.literal('local'), path: v.string() }),
  v.object({ kind: v.literal('remote'), host: v.string(), port: v.number(), path: v.string() }),
]);
const filter = v.union([v.strictObject({ include: v.string() }), v.strictObject({ exclude: v.string() })]);
const planSchema = v.object({
  version: v.literal(1),
  made: v.string(),
  from: root,
  to: root,
  options: v.object({
    compare: v.picklist(['newer', 'size', 'hash', 'always']),
    delete: v.boolean(),
    deleteExcluded: v.boolean(),
    links: v.picklist(['skip', 'follow', 'copy']),
    preserveTime: v.boolean(),
    filters: v.array(filter),
  }),
  actions: v.array(action),
});

/** Counts, and what the plan had left out, are of no use for carrying it out, but are kept for the report. */
const reportSchema = v.object({
  totals: v.custom<SyncPlan['totals']>((value) => typeof value === 'object' && value !== null),
  skipped: v.custom<SyncPlan['skipped']>(Array.isArray),
  errors: v.custom<SyncPlan['errors']>(Array.isArray),
});

/** Throws UsageFault on what is no plan. */
export async function readPlan(file: string): Promise<SyncPlan> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageFault(`${file} cannot be read as a plan: ${error instanceof Error ? error.message : String(error)}`);
  }
  const [plan, report] = [v.safeParse(planSchema, json), v.safeParse(reportSchema, json)];
  const issue = plan.issues?.[0] ?? report.issues?.[0];
  if (!plan.success || !report.success)
    throw new UsageFault(
      `${file} is no plan: ${(issue && v.getDotPath(issue)) ?? 'the file'}: ${issue?.message ?? ''}`,
    );
  return { ...plan.output, ...report.output };
}
