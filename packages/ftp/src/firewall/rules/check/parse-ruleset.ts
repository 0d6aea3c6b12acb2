import type { FoundRuleset } from './found-ruleset.js';
import { parseIptables } from './parse-iptables.js';
import { parseNft } from './parse-nft.js';

/** What `nft -j list ruleset` prints, or iptables-save and ip6tables-save. Throws RulesetFault. */
export function parseRuleset(text: string): FoundRuleset {
  return text.trimStart().startsWith('{') ? parseNft(text) : parseIptables(text);
}
