import { reply } from '../../protocol/index.js';
import type { Policy } from './policy.js';

export const login: Policy = (session, verb) =>
  verb.needs.length === 0 || session.login.state === 'in' ? undefined : reply(530, 'Log in with USER and PASS first');
