import * as v from 'valibot';
import { type Layer, layerOf } from './layer.js';
import { LEAVES, type Leaf } from './leaves.js';
import { environmentName } from './origin.js';
import { type Table, setValue } from './table.js';

/** What variables of the environment say: each setting has one, but those of lists. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const table: Table = {};
  for (const leaf of LEAVES) {
    const text = env[environmentName(leaf.path)];
    if (text !== undefined && text !== '') setValue(table, leaf.path, valueOf(text, leaf));
  }
  return layerOf(table, (path) => ({ kind: 'environment', name: environmentName(path) }));
}

/** As a text, a number or a boolean, whichever the setting takes. */
function valueOf(text: string, { schema }: Leaf): unknown {
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  const boolean = text === 'true' ? true : text === 'false' ? false : undefined;
  return [text, number, boolean].find((each) => each !== undefined && v.is(schema, each)) ?? text;
}
