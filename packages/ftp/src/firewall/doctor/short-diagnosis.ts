import { KNOWLEDGE } from './knowledge-table.js';

/** The likeliest row for what a server sees of a data connection that was not made, or stopped: it has one end only. */
const BY_FAULT: Readonly<Record<string, string>> = {
  'passive TIMEOUT': 'RANGE_DROP',
  'passive STALLED': 'DATA_STALL_PMTU',
  'active TIMEOUT': 'ACTIVE_DROP',
  'active REFUSED': 'ACTIVE_CLOSED',
  'active STALLED': 'DATA_STALL_PMTU',
};

/** `ACTIVE_DROP: why`, for a log; undefined where the fault says it all. `fault` is a code of ConnectionFault. */
export function shortDiagnosis(mode: 'active' | 'passive', fault: string): string | undefined {
  const id = BY_FAULT[`${mode} ${fault}`];
  const entry = KNOWLEDGE.find((each) => each.id === id);
  return entry && `${entry.id}: ${entry.why}`;
}
