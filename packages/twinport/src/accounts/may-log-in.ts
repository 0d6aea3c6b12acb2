import type { Credentials } from '@twinport/ftp/server';
import { isInHours } from './hours.js';
import { isInNetworks } from './networks.js';
import type { Settings } from './settings.js';

/** Whether an account lets its owner in from there, like that, and now. */
export function mayLogIn(settings: Settings, { remoteAddress, secure }: Credentials, now: Date): boolean {
  const { networks, deniedNetworks = [], hours, expires, tlsRequired = false } = settings;
  return (
    (secure || !tlsRequired) &&
    (networks === undefined || isInNetworks(remoteAddress, networks)) &&
    !isInNetworks(remoteAddress, deniedNetworks) &&
    (hours === undefined || isInHours(now, hours)) &&
    (expires === undefined || now.getTime() < Date.parse(expires))
  );
}
