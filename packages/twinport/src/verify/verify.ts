import { makeSelfSigned } from '../daemon/index.js';
import { type Cell, type CellChoice, type CellOutcome, cellsOf, predict } from './cells.js';
import { type CellMeasured, type Laboratory, type Patience, inLaboratory } from './laboratory.js';
import { removeStaleNetworks } from './network.js';
import { type Scenario, natName } from './scenario.js';

export interface VerifyOptions {
  readonly scenarios: readonly Scenario[];
  readonly choice: CellChoice;
  readonly signal: AbortSignal;
}

/** One cell of the table. */
export interface Verdict {
  readonly scenario: Scenario;
  readonly cell: Cell;
  readonly predicted: CellOutcome;
  readonly measured: CellOutcome;
  readonly agrees: boolean;
  /** What our client said. */
  readonly message: string;
  readonly milliseconds: number;
}

/** SYN is sent again after a second: whoever has not answered by then would not for a while. */
const SHORT: Patience = { connectMs: 3_000, clientMs: 700, serverMs: 600 };
/** For what has failed and should not have. */
const LONG: Patience = { connectMs: 6_000, clientMs: 6_000, serverMs: 5_000 };
const FAILED: ReadonlySet<CellOutcome> = new Set(['timeout', 'refused', '425', 'no control', 'closed']);

/** Tries all of them, in networks made for them, several at a time. Tells of each when it is done; resolves with all, in order. */
export async function verify(
  { scenarios, choice, signal }: VerifyOptions,
  onScenario: (verdicts: readonly Verdict[]) => void = () => {},
): Promise<readonly Verdict[]> {
  removeStaleNetworks();
  const certificate = await makeSelfSigned();
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const tried = Array.from(bySituation(scenarios), async (some) => {
    const verdicts: Verdict[] = [];
    await inLaboratory({ nat: some[0].nat, certificate, signal: until }, async (laboratory) => {
      for (const scenario of some) {
        const those = await tryOut(laboratory, scenario, choice);
        verdicts.push(...those);
        onScenario(those);
      }
    }).catch((error: unknown) => stop.abort(error)); // the other networks are of no use any more
    return verdicts;
  });
  const verdicts = (await Promise.all(tried)).flat();
  signal.throwIfAborted();
  stop.signal.throwIfAborted();
  return verdicts;
}

/** A network for each: most of the time is spent in waiting. */
function bySituation(scenarios: readonly Scenario[]): Iterable<[Scenario, ...Scenario[]]> {
  const situations = new Map<string, [Scenario, ...Scenario[]]>();
  for (const scenario of scenarios) {
    const known = situations.get(natName(scenario));
    if (known) known.push(scenario);
    else situations.set(natName(scenario), [scenario]);
  }
  return situations.values();
}

async function tryOut(laboratory: Laboratory, scenario: Scenario, choice: CellChoice): Promise<readonly Verdict[]> {
  const cells = cellsOf(scenario, choice);
  await laboratory.prepare(scenario, SHORT);
  const verdicts = await measureAll(laboratory, scenario, cells, SHORT);
  const failed = verdicts.filter(({ agrees, measured }) => !agrees && FAILED.has(measured)).map(({ cell }) => cell);
  if (failed.length === 0) return verdicts;
  // A prediction must not shorten what makes it wrong, nor a busy machine make it wrong.
  await laboratory.prepare(scenario, LONG);
  const again = new Map((await measureAll(laboratory, scenario, failed, LONG)).map((each) => [each.cell, each]));
  return verdicts.map((each) => again.get(each.cell) ?? each);
}

async function measureAll(
  laboratory: Laboratory,
  scenario: Scenario,
  cells: readonly Cell[],
  patience: Patience,
): Promise<Verdict[]> {
  const measure = async (some: readonly Cell[]): Promise<Verdict[]> =>
    await Promise.all(
      some.map(async (cell) => {
        const started = performance.now();
        const measured = await laboratory.measure(scenario, cell, patience);
        return verdictOf(scenario, cell, measured, Math.round(performance.now() - started));
      }),
    );
  // First those that no helper can read: a connection that it expects and that has not come leaves a port open, to whoever gets it next.
  const unread = await measure(cells.filter(isUnread));
  const verdicts = [...unread, ...(await measure(cells.filter((cell) => !isUnread(cell))))];
  return verdicts.toSorted((one, other) => cells.indexOf(one.cell) - cells.indexOf(other.cell));
}

function isUnread(cell: Cell): boolean {
  return 'tls' in cell && cell.tls;
}

function verdictOf(scenario: Scenario, cell: Cell, { outcome, message }: CellMeasured, milliseconds: number): Verdict {
  const predicted = predict(scenario, cell);
  return { scenario, cell, predicted, measured: outcome, agrees: predicted === outcome, message, milliseconds };
}
