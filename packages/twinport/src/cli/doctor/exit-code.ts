import type { Diagnosis, Observations } from '@twinport/ftp/firewall';
import { EXIT } from '../exit.js';

/** Whether a data path works, as what kind of failure it is where none does. */
export function exitCodeOfDiagnosis({ name, logins }: Observations, { works }: Diagnosis): number {
  if (works) return EXIT.ok;
  if (name.failure) return EXIT.dns;
  if (logins.some(({ failure }) => !failure)) return EXIT.dataConnection;
  const failure = logins[0]?.failure;
  if (failure?.code === 421) return EXIT.busy;
  if (failure?.at === 'login') return EXIT.login;
  if (failure?.at === 'tls') return EXIT.tls;
  return failure?.at === 'greeting' && failure.how === 'other' ? EXIT.protocol : EXIT.connect;
}
