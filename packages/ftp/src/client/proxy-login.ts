import { DEFAULT_PORT } from './proxy.js';
import type { FtpProxy } from './proxy.js';
import { type Login, type LoginStep, loginStep, loginSteps } from './login-steps.js';

export interface LoginTarget extends Login {
  /** A name is looked up by the proxy. */
  readonly host: string;
  readonly port: number;
}

/**
 * The whole login by way of an FTP proxy, which has greeted us in the server's place. Where the proxy has no user of its own, its login is left out.
 *
 * | style | commands |
 * |---|---|
 * | user | `USER user@host`, `PASS`, `ACCT`; with a user of the proxy `USER user@proxyuser@host`, `PASS password@proxypassword` |
 * | site | `USER` and `PASS` of the proxy, `SITE host`, `USER`, `PASS`, `ACCT` |
 * | open | `USER` and `PASS` of the proxy, `OPEN host`, `USER`, `PASS`, `ACCT` |
 * | login | `USER` and `PASS` of the proxy, `USER user@host`, `PASS`, `ACCT` |
 *
 * `host` is followed by `:port` where that is not 21.
 */
export function proxyLogin(proxy: FtpProxy, target: LoginTarget): readonly LoginStep[] {
  const host = hostAndPort(target);
  if (proxy.style === 'user') return loginSteps(joined(proxy, target, host));
  const own = ownLogin(proxy);
  switch (proxy.style) {
    case 'site':
      return [...own, loginStep({ verb: 'SITE', argument: host }, 'proxy'), ...loginSteps(target)];
    case 'open':
      return [...own, loginStep({ verb: 'OPEN', argument: host }, 'proxy'), ...loginSteps(target)];
    case 'login':
      return [...own, ...loginSteps({ ...target, user: `${target.user}@${host}` })];
  }
}

function ownLogin({ user, password = '' }: FtpProxy): readonly LoginStep[] {
  return user === undefined ? [] : loginSteps({ user, password }, 'proxy');
}

/** Both logins in one, as lftp's `joined` and the `UserAuthMagic @auth` of SuSE's proxy have it. */
function joined(proxy: FtpProxy, target: LoginTarget, host: string): Login {
  if (proxy.user === undefined) return { ...target, user: `${target.user}@${host}` };
  return {
    ...target,
    user: `${target.user}@${proxy.user}@${host}`,
    password: `${target.password}@${proxy.password ?? ''}`,
  };
}

function hostAndPort({ host, port }: LoginTarget): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return port === DEFAULT_PORT.ftp ? bracketed : `${bracketed}:${port}`;
}
