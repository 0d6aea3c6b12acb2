import type { Family } from '../targets/target.js';
import {
  type FoundChain,
  type FoundRule,
  type FoundRuleset,
  type Match,
  RulesetFault,
  type Verdict,
} from './found-ruleset.js';
import { type Json, type JsonRecord, asList, isList, isRecord, word } from './json.js';
import { type SetOf, matchOf, narrows } from './nft-match.js';
import { nftText } from './nft-text.js';

/** What `nft -j list ruleset` prints. Throws RulesetFault. */
export function parseNft(text: string): FoundRuleset {
  const objects = objectsOf(text);
  const sets = new Map(
    objects.flatMap(({ set }) => (isRecord(set) ? [[idOf(set, set['name']), asList(set['elem'])] as const] : [])),
  );
  const helpers = new Map(
    objects.flatMap((each) => {
      const helper = each['ct helper'];
      return isRecord(helper) ? [[idOf(helper, helper['name']), word(helper['type'])] as const] : [];
    }),
  );
  const chains = objects.flatMap(({ chain }) => (isRecord(chain) ? [chainOf(chain)] : []));
  const byId = new Map(chains.map((chain) => [chain.id, chain]));
  for (const { rule } of objects) {
    if (!isRecord(rule)) continue;
    const chain = byId.get(idOf(rule, rule['chain']));
    chain?.rules.push(...rulesOf(rule, { sets, helpers }));
  }
  return { language: 'nftables', families: ['ipv4', 'ipv6'], chains };
}

function objectsOf(text: string): JsonRecord[] {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new RulesetFault('not JSON, as nft -j list ruleset prints it', { cause: error });
  }
  const list = isRecord(parsed) ? parsed['nftables'] : undefined;
  if (!isList(list)) throw new RulesetFault('JSON, but not what nft -j list ruleset prints');
  return list.filter(isRecord);
}

/** Names are unique within a table. */
function idOf({ family, table }: JsonRecord, name: Json | undefined): string {
  return `${word(family)} ${word(table)} ${word(name)}`;
}

function chainOf(chain: JsonRecord): FoundChain {
  const { family, table, name, type, hook, prio, policy } = chain;
  return {
    id: idOf(chain, name),
    families: familiesOf(family),
    table: `${word(family)} ${word(table)}`,
    name: word(name),
    rules: [],
    ...(type === 'filter' &&
      typeof hook === 'string' && {
        base: { hook, priority: Number(prio), policy: policy === 'drop' ? 'drop' : 'accept' },
      }),
  };
}

function familiesOf(family: Json | undefined): Family[] {
  if (family === 'inet') return ['ipv4', 'ipv6'];
  return family === 'ip' ? ['ipv4'] : family === 'ip6' ? ['ipv6'] : [];
}

/** What a table has names for. */
interface Names {
  readonly sets: ReadonlyMap<string, readonly Json[]>;
  readonly helpers: ReadonlyMap<string, string>;
}

/** One, or one for each element of a verdict map. */
function rulesOf(rule: JsonRecord, names: Names): FoundRule[] {
  const chain = idOf(rule, rule['chain']);
  const base = { text: nftText(rule), remove: `nft delete rule ${chain} handle ${word(rule['handle'])}` };
  const setOf: SetOf = (name) => names.sets.get(idOf(rule, name));
  const matches: Match[] = [];
  let isNarrow = false;
  const found: FoundRule[] = [];
  const add = (verdict: Verdict, test: readonly Match[] = []): void => {
    found.push({ ...base, matches: [...matches, ...test], isNarrow, verdict });
  };
  for (const statement of asList(rule['expr']).filter(isRecord)) {
    const { match, vmap } = statement;
    const verdict = verdictOf(statement, rule, names);
    isNarrow ||= narrows(isRecord(match) ? match['left'] : isRecord(vmap) ? vmap['key'] : undefined);
    if (isRecord(match)) matches.push(matchOf(match, setOf));
    else if (isRecord(vmap)) for (const [test, target] of mapped(vmap, setOf)) add(target, [test]);
    else if (verdict) add(verdict);
    else if (UNKNOWN.some((key) => key in statement)) matches.push(() => undefined);
  }
  return found;
}

/** Statements that may let a packet go by. */
const UNKNOWN = ['limit', 'quota', 'ct count', 'xt', 'fib'];

const NO_NAMES: Names = { sets: new Map(), helpers: new Map() };

function mapped(vmap: JsonRecord, setOf: SetOf): (readonly [Match, Verdict])[] {
  const { key, data } = vmap;
  const entries = isRecord(data) ? asList(data['set']) : typeof data === 'string' ? (setOf(data.slice(1)) ?? []) : [];
  return entries.flatMap((entry) => {
    const [value, target] = isList(entry) ? entry : [];
    const verdict = isRecord(target) ? verdictOf(target, {}, NO_NAMES) : undefined;
    if (value === undefined || !verdict) return [];
    return [[matchOf({ op: '==', left: key ?? null, right: value }, setOf), verdict] as const];
  });
}

function verdictOf(statement: JsonRecord, rule: JsonRecord, { helpers }: Names): Verdict | undefined {
  if ('accept' in statement) return { kind: 'accept' };
  if ('drop' in statement || 'reject' in statement) return { kind: 'drop' };
  if ('return' in statement) return { kind: 'return' };
  const helper = statement['ct helper'];
  if (helper !== undefined) return { kind: 'helper', helper: helpers.get(idOf(rule, helper)) ?? word(helper) };
  for (const kind of ['jump', 'goto'] as const) {
    const target = statement[kind];
    if (isRecord(target)) return { kind, chain: word(target['target']) };
  }
  return undefined;
}
