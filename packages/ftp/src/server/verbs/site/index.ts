import type { Verb } from '../../verb.js';
import { chmod } from './chmod.js';
import { copy } from './copy.js';
import { doctor } from './doctor.js';
import { help } from './help.js';
import { symlink } from './symlink.js';
import { umask } from './umask.js';
import { utime } from './utime.js';

/** The sub verbs of SITE: rows like any other, under the name they are called by. */
export const SITE_VERBS: readonly Verb[] = [chmod, copy, doctor, help, symlink, umask, utime];

const BY_NAME: ReadonlyMap<string, Verb> = new Map(SITE_VERBS.map((verb) => [verb.verb, verb]));

/** `name` is in upper case and without SITE. */
export function findSiteVerb(name: string): Verb | undefined {
  return BY_NAME.get(`SITE ${name}`);
}
