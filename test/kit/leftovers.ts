import { readdirSync, readlinkSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What a process holds: timers that keep it running, sockets and listeners, file descriptors. */
export interface Held {
  readonly timers: number;
  readonly sockets: number;
  readonly descriptors: number;
}

export function held(): Held {
  const resources = process.getActiveResourcesInfo();
  return {
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => /^(?:TCP|TLS|Pipe)/.test(name)).length,
    descriptors: readdirSync('/proc/self/fd').filter(isFileOrSocket).length,
  };
}

/** The runtime's own (epoll, eventfd, devices) are made when they are first needed. */
function isFileOrSocket(descriptor: string): boolean {
  try {
    const target = readlinkSync(`/proc/self/fd/${descriptor}`);
    return target.startsWith('socket:') || (target.startsWith('/') && !target.startsWith('/dev/'));
  } catch {
    return false; // the one that the list itself was read by
  }
}

/** Handles are closed a turn or two of the event loop after they are given up; so many are waited for. */
const TURNS = 200;

/** What is held once everything that was given up is gone: as little as before, or what is still there after that. */
export async function heldAtRest(before: Held): Promise<Held> {
  for (let turn = 0; turn < TURNS && !isWithin(held(), before); turn += 1) await nextTurn();
  const now = held();
  return isWithin(now, before) ? before : now;
}

function isWithin(now: Held, before: Held): boolean {
  return now.timers <= before.timers && now.sockets <= before.sockets && now.descriptors <= before.descriptors;
}
