import { ability } from './ability.js';
import { data } from './data.js';
import { login } from './login.js';
import { permission } from './permission.js';
import type { Policy } from './policy.js';
import { transport } from './transport.js';

/** In this order; those behind `login` may count on an account. */
export const POLICIES: readonly Policy[] = [transport, login, permission, ability, data];
