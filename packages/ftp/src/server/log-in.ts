import { reply } from '../protocol/index.js';
import type { Account } from './accounts/contract.js';
import { AccountsBusy } from './accounts/password.js';
import { PermittedStorage } from './accounts/permitted-storage.js';
import type { Session } from './session.js';
import { type Outcome, permissionsNeeded } from './verb.js';

/** Checks the credentials. A refusal takes longer each time for the same address, and the last one ends the session. */
export async function logIn(session: Session, user: string, password: string): Promise<Outcome> {
  const { server, control, accountName: account, virtualHost: host } = session;
  const address = control.remote.host;
  let found: Account | undefined;
  try {
    found = await server.options.accounts.login({
      user,
      password,
      remoteAddress: address,
      secure: session.secure,
      ...(account !== undefined && { account }),
      ...(host !== undefined && { host }),
    });
  } catch (error) {
    if (!(error instanceof AccountsBusy)) throw error;
    return { reply: reply(421, 'Too many logins at once, try again later'), afterwards: () => control.end() };
  }
  await server.heldAnswers.hold(await server.throttle.delayOf(address), session.ended.signal);
  const outcome = found ? 'accepted' : 'refused';
  if (found) session.login = { state: 'in', account: found, storage: storageOf(session, found) };
  server.emit('login', { ...server.about(session), user, outcome, secure: session.secure });
  return await (found ? accepted(session, user) : refused(session, user));
}

function storageOf(session: Session, account: Account): PermittedStorage {
  return new PermittedStorage(account, () => (session.verb ? permissionsNeeded(session.verb).flat() : []));
}

async function accepted(session: Session, user: string): Promise<Outcome> {
  await session.server.throttle.succeeded(session.control.remote.host, user);
  return reply(230, 'Logged in');
}

async function refused(session: Session, user: string): Promise<Outcome> {
  const { server, control } = session;
  session.login = { state: 'none' };
  session.loginFailures += 1;
  await server.throttle.failed(control.remote.host, user);
  if (session.loginFailures < server.limits.maxLoginFailures) return reply(530, 'Login incorrect');
  server.warn(session, 'LOGIN_FAILURES', `${session.loginFailures} wrong passwords on one connection`);
  return { reply: reply(421, 'Too many wrong passwords'), afterwards: () => control.end() };
}
