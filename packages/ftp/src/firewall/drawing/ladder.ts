import type { Endpoint } from '../../protocol/index.js';
import type { Conclusion, Hop, Step, Timeline } from '../rules/index.js';

/** A line from one place to another, both indices. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** `arrived`: where it was to go. `stopped`: by a place on the way. `lost`: nobody knows where. */
  readonly end: 'arrived' | 'stopped' | 'lost';
}

/** What a place does, said at that place. */
export interface Note {
  /** Index of the place. */
  readonly place: number;
  readonly kind: 'passed' | 'rewritten' | 'stopped' | 'remark';
  readonly text: string;
}

/** A step as every drawing shows it. */
export interface Rung {
  readonly step: Step;
  /** How often and when, where that is known. */
  readonly clock: string;
  /** The way there, and where an answer was lost, that way back. */
  readonly arrows: readonly Arrow[];
  readonly notes: readonly Note[];
}

export function rungsOf({ steps, places }: Timeline): Rung[] {
  const said = new Set<string>();
  return steps.map((step) => ({
    step,
    clock: clockOf(step),
    arrows: arrowsOf(step, places.length - 1),
    notes: step.hops.flatMap((hop) => notesOf(hop, step)).filter((note) => isNews(note, said)),
  }));
}

/** What a place remarks is said once, not at every step. */
function isNews({ place, kind, text }: Note, said: Set<string>): boolean {
  const key = `${place} ${text}`;
  if (kind !== 'remark') return true;
  if (said.has(key)) return false;
  said.add(key);
  return true;
}

/** The hops on the way there; what follows them belongs to the answer. */
function outward({ hops, towards }: Step): readonly Hop[] {
  const turn = hops.findIndex(({ place }, index) => {
    const before = hops[index - 1]?.place;
    return before !== undefined && (towards === 'server' ? place <= before : place >= before);
  });
  return turn < 0 ? hops : hops.slice(0, turn);
}

function arrowsOf(step: Step, last: number): Arrow[] {
  const [from, to] = step.towards === 'server' ? [0, last] : [last, 0];
  const there = outward(step);
  const stop = there.at(-1);
  if (stop && stops(stop, step)) return [{ from, to: stop.place, end: 'stopped' }];
  if (step.arrived) return [{ from, to, end: 'arrived' }];
  const answer = step.hops.slice(there.length).at(-1);
  if (!answer) return [{ from, to, end: 'lost' }];
  return [
    { from, to, end: 'arrived' },
    { from: to, to: answer.place, end: 'stopped' },
  ];
}

/** What was not seen at a place, and arrived nevertheless, took another way. */
function stops({ verdict }: Hop, { arrived }: Step): boolean {
  return verdict === 'dropped' || verdict === 'rejected' || (verdict === 'not seen' && !arrived);
}

function notesOf(hop: Hop, step: Step): Note[] {
  const { place, verdict, rule, before, after, note } = hop;
  const stopped = stops(hop, step);
  const said = stopped || verdict === 'not seen' ? [verdict, rule] : [rule];
  const decision = said.filter((part) => part !== undefined).join(': ') || undefined;
  const texts: readonly (readonly [Note['kind'], string | undefined])[] = [
    [stopped ? 'stopped' : verdict === 'not seen' ? 'remark' : 'passed', decision],
    ['rewritten', rewritingOf(before, after)],
    ['remark', note],
  ];
  return texts.flatMap(([kind, text]) => (text === undefined ? [] : [{ place, kind, text }]));
}

/** `from 10.0.0.2 → 203.0.113.1`: the word that both begin with is said once. */
function rewritingOf(before: string | undefined, after: string | undefined): string | undefined {
  if (before === undefined || after === undefined) return undefined;
  const word = before.slice(0, before.indexOf(' ') + 1);
  return `${before} → ${after.startsWith(word) ? after.slice(word.length) : after}`;
}

const NO_BREAK = '\u00a0';

function clockOf({ times, at }: Step): string {
  const parts = [
    ...(times !== undefined && times > 1 ? [`sent ${times} times`] : []),
    ...(at === undefined || at === 0 ? [] : [`at${NO_BREAK}${(at / 1000).toFixed(3)}${NO_BREAK}s`]),
  ];
  return parts.length === 0 ? '' : `(${parts.join(', ')})`;
}

export function fateOf({ outcome }: Conclusion): 'works' | 'fails' | 'unknown' {
  return outcome === 'ok' ? 'works' : outcome === 'unknown' ? 'unknown' : 'fails';
}

/** How it ends, in a few words. */
export function verdictOf({ outcome, step }: Conclusion): string {
  if (outcome === 'ok') return 'works';
  if (outcome === 'unknown') return 'how it ended is not known';
  if (outcome === 'unavailable') return 'cannot be asked for';
  return step === undefined ? `fails: ${outcome}` : `fails at step ${step}: ${outcome}`;
}

/** What follows the picture, under its heading; empty where there is nothing to say. */
export function conclusionParts({
  seen,
  why,
  fix,
  also,
}: Conclusion): readonly (readonly [string, readonly string[]])[] {
  const parts = [
    ['Seen', [seen]],
    ['Why', why === '' ? [] : [why]],
    ['Fix', fix],
    ['Also', also],
  ] as const;
  return parts.filter(([, lines]) => lines.length > 0);
}

/** What an arrow leaves or reaches: the connection, as the boxes name it. */
export const CONNECTION_NAMES = { control: 'COMMAND', data: 'DATA' } as const;

/** 0 where nobody knows. */
export function portText({ port }: Endpoint): string {
  return port === 0 ? '?' : String(port);
}

export function endsOf({ towards, from, to }: Step): { readonly client: Endpoint; readonly server: Endpoint } {
  return towards === 'server' ? { client: from, server: to } : { client: to, server: from };
}
