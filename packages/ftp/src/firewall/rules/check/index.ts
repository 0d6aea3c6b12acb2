export * from './check.js';
export { RulesetFault, type FoundRuleset } from './found-ruleset.js';
export * from './parse-ruleset.js';
