import type { ServeOptions } from '../serve-options.js';
import { ConfigFault, type Fault } from './config-fault.js';
import { inconsistencies } from './consistency.js';
import { environmentLayer } from './environment-layer.js';
import { fileLayer } from './file-layer.js';
import { type Layer, merged } from './layer.js';
import { optionsOf } from './options-of.js';
import { originText } from './origin.js';
import { type Draft, type Flaw, withoutConsequences } from './shape.js';
import { missingThings } from './surroundings.js';

/** Where settings are taken from, each winning over those before it. */
export interface Sources {
  readonly file?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly flags?: Layer;
}

/** Settings that passed every check, and where each came from. */
export interface Configuration {
  readonly options: ServeOptions;
  readonly draft: Draft;
  readonly originOf: Layer['originOf'];
}

/** Settings for a server on this machine, checked completely. Throws ConfigFault with everything that is wrong. */
export async function loadConfiguration(sources: Sources): Promise<Configuration> {
  return await checked(sources, async (draft) => [...inconsistencies(draft), ...(await missingThings(draft))]);
}

/** What a file says of a server on whatever machine: no folder and no certificate is looked for. Throws ConfigFault. */
export async function readConfig(file: string): Promise<ServeOptions> {
  return (await checked({ file }, inconsistencies)).options;
}

async function checked(
  { file, env = {}, flags }: Sources,
  check: (draft: Draft) => readonly Flaw[] | Promise<readonly Flaw[]>,
): Promise<Configuration> {
  const fromFile = file === undefined ? undefined : await fileLayer(file);
  const layers = [fromFile, environmentLayer(env), flags].filter((each) => each !== undefined);
  const { draft, originOf } = merged(layers);
  const ownFlaws = new Map(layers.flatMap((layer) => layer.flaws.map((flaw) => [flaw, layer.originOf] as const)));
  const flaws = withoutConsequences([...ownFlaws.keys(), ...(await check(draft))]);
  const faults = flaws.map((flaw) => faultOf(flaw, ownFlaws.get(flaw) ?? originOf));
  // Of a line that is not TOML nothing else is known.
  const broken = fromFile?.faults ?? [];
  const all = [...broken, ...faults.filter(({ where }) => !broken.some((each) => each.where === where))];
  if (all.length > 0) throw new ConfigFault(inOrder(all));
  return { options: optionsOf(draft), draft, originOf };
}

function faultOf({ path, what }: Flaw, originOf: Layer['originOf']): Fault {
  return { where: originText(originOf(path)), what };
}

/** Lines of the file from the first to the last, then the rest. */
function inOrder(faults: readonly Fault[]): readonly Fault[] {
  return faults.toSorted((one, other) => (lineOf(one) === lineOf(other) ? 0 : lineOf(one) - lineOf(other)));
}

const lineOf = ({ where }: Fault): number => Number(/:(\d+)$/.exec(where)?.[1] ?? Number.POSITIVE_INFINITY);
