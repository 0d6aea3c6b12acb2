import { iptables } from './iptables.js';
import { nftables } from './nftables.js';
import type { Renderer, RuleSet, RulesRequest } from './target.js';

export const RULES_TARGETS = ['nftables', 'iptables'] as const;
export type RulesTarget = (typeof RULES_TARGETS)[number];

const RENDERERS: Readonly<Record<RulesTarget, Renderer>> = {
  nftables,
  iptables,
};

/** The rules that a request asks for, as this target writes them. Throws RulesRefused where they could not work. */
export function renderRules(target: RulesTarget, request: RulesRequest): RuleSet {
  return { ...RENDERERS[target](request), warnings: [] };
}
