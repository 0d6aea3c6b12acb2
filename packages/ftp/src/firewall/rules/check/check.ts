import { type Placement, place } from '../targets/placed-rule.js';
import type { RulesRequest } from '../targets/target.js';
import type { FoundRuleset } from './found-ruleset.js';
import { helperFindings } from './helper-findings.js';
import { lostAnswers } from './lost-answers.js';
import { missingRules } from './missing-rules.js';
import { wideRules } from './wide-rules.js';

/** Something about a ruleset that is not as a plan needs it. */
export interface Finding {
  /** `missing`: FTP is stopped. `ineffective`: it is there and does nothing. `wide`: more gets through than FTP needs. */
  readonly kind: 'missing' | 'ineffective' | 'wide';
  /** Name in the knowledge base, or of this check. */
  readonly code: string;
  readonly text: string;
  /** The rule it is about, as it stands there. */
  readonly rule?: string;
  /** Commands that put it right. */
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** What all checks look at. */
export interface Checked {
  readonly ruleset: FoundRuleset;
  readonly request: RulesRequest;
  readonly placement: Placement;
}

/** Compares a ruleset with what a request would have made. Empty: FTP gets through, and nothing else does on its account. */
export function checkRuleset(ruleset: FoundRuleset, request: RulesRequest): readonly Finding[] {
  const checked = { ruleset, request, placement: place(request) };
  const missing = missingRules(checked);
  const found = removedOnce([...missing, ...helperFindings(checked), ...wideRules(checked)]);
  const removed = new Set(found.flatMap(({ remove }) => remove));
  if (removed.size === 0) return found;
  const lost = lostRules(checked, without(ruleset, removed), missing);
  return found.map((each) =>
    each.remove[0] === [...removed].at(-1) ? { ...each, add: [...each.add, ...lost] } : each,
  );
}

/** A rule may be wrong in two ways, and is removed once. */
function removedOnce(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.map((each) => {
    const remove = each.remove.filter((command) => !seen.has(command));
    for (const command of remove) seen.add(command);
    return { ...each, remove };
  });
}

function without(ruleset: FoundRuleset, removed: ReadonlySet<string>): FoundRuleset {
  const chains = ruleset.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.filter(({ remove }) => !removed.has(remove)),
  }));
  return { ...ruleset, chains };
}

/** What must be put back, since rules that are removed have let through what is needed, too. */
function lostRules(checked: Checked, rest: FoundRuleset, missing: readonly Finding[]): readonly string[] {
  const known = new Set(missing.flatMap(({ add }) => add));
  const after = missingRules({ ...checked, ruleset: rest }).flatMap(({ add }) => add);
  return [...lostAnswers(checked, rest), ...after.filter((command) => !known.has(command))];
}
