import type { GenericSchema } from 'valibot';
import { configSchema } from './schema.js';

/** A setting that is no table itself. What is in an array of tables is not among them. */
export interface Leaf {
  readonly path: readonly string[];
  readonly schema: GenericSchema;
}

/** The keys of a table and what they hold, or undefined for what is no table. */
export function entriesOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  return isObject(schema) && 'entries' in schema && isObject(schema.entries)
    ? Object.fromEntries(Object.entries(schema.entries).map(([key, each]) => [key, unwrapped(each)]))
    : undefined;
}

/** What the elements of an array are, or undefined. */
export function elementOf(schema: unknown): unknown {
  return isObject(schema) && 'item' in schema ? schema.item : undefined;
}

/** Every setting of the file, in its order. */
export const LEAVES: readonly Leaf[] = leavesOf(configSchema, []);

function leavesOf(schema: unknown, path: readonly string[]): readonly Leaf[] {
  const entries = entriesOf(schema);
  if (!entries) return isSchema(schema) && elementOf(schema) === undefined ? [{ path, schema }] : [];
  return Object.entries(entries).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

function unwrapped(schema: unknown): unknown {
  return isObject(schema) && 'wrapped' in schema ? schema.wrapped : schema;
}

function isSchema(value: unknown): value is GenericSchema {
  return isObject(value) && 'kind' in value && value.kind === 'schema';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
