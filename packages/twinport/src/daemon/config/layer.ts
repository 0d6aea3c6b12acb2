import type { Origin } from './origin.js';
import type { Path } from './positions.js';
import { type Draft, type Flaw, checkShape } from './shape.js';
import { type Table, overlaid, valueAt } from './table.js';

/** Settings from one place: the file, the environment, or the options of a command. */
export interface Layer {
  /** What is right of it. A key that is there and undefined takes away what a layer below says. */
  readonly draft: Draft;
  readonly flaws: readonly Flaw[];
  /** Of a setting that it has, or of what is missing there. */
  readonly originOf: (path: Path) => Origin;
}

/** A layer whose values are named one by one. */
export function layerOf(table: Table, originOf: (path: Path) => Origin): Layer {
  return { ...checkShape(table), originOf };
}

/** Several layers as one: what a later one says wins, and a list as a whole. */
export function merged(layers: readonly Layer[]): { readonly draft: Draft; readonly originOf: Layer['originOf'] } {
  const draft = layers.reduce<Table>((below, { draft: above }) => overlaid(below, above), {});
  return { draft, originOf: (path) => originIn(layers, path) };
}

/** The topmost layer that has it; of what is missing, what it would belong to. */
function originIn(layers: readonly Layer[], path: Path): Origin {
  for (let length = path.length; length > 0; length -= 1) {
    const layer = layers.findLast(({ draft }) => valueAt(draft, path.slice(0, length)) !== undefined);
    if (layer) return layer.originOf(path);
  }
  return { kind: 'default' };
}
