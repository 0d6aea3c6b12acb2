import type { Permission } from '../accounts/contract.js';
import { reply } from '../../protocol/index.js';
import type { Policy } from './policy.js';

const REFUSALS: readonly (readonly [Permission, string])[] = [
  ['list', 'Permission denied: this account may not list'],
  ['read', 'Permission denied: this account may not download'],
  ['write', 'Permission denied: this account is read-only'],
];

export const permission: Policy = (session, verb) => {
  for (const [need, refusal] of REFUSALS) {
    if (verb.needs.includes(need) && !session.account.permissions.has(need)) return reply(550, refusal);
  }
  return undefined;
};
