import type { Credentials } from '@twinport/ftp/server';
import type { Settings } from './settings.js';

/** Somebody whom a source knows, and whose password is right. */
export interface Identity {
  readonly name: string;
  readonly settings: Settings;
}

/** Whom one place knows. `refused`: it knows the user, and the password is wrong, or nobody may log in as that one. */
export interface AccountSource {
  login(credentials: Credentials): Promise<Identity | 'refused' | 'unknown'>;
}
