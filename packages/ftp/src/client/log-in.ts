import { type Reply, isCompletion, parseQuotedPath } from '../protocol/index.js';
import { FtpError, ReplyError } from './errors.js';
import { type LoginStep, type LoginTurn, afterLoginReply, loginSteps } from './login-steps.js';
import { proxyLogin } from './proxy-login.js';
import { replyError } from './reply-error.js';
import type { ClientSession } from './session.js';

/** What refusals say when it is not the password, but too many connections. */
const TOO_MANY =
  /too many|maximum|limit|already (?:logged|connected)|connections? (?:allowed|per)|users? (?:are )?(?:allowed|logged)|try (?:again )?later/i;

/** What a login finds out that is true of every connection to the server. */
export interface ServerFacts {
  readonly greeting: Reply;
  readonly system: string | undefined;
  /** Upper-case names with their parameters. */
  readonly features: ReadonlyMap<string, string>;
  readonly home: string;
}

/** The greeting: 220, after any number of 120. Throws FtpError BUSY on 421, CONNECT on anything else. */
export async function greet(session: ClientSession): Promise<Reply> {
  const reply = await session.greeting();
  if (isCompletion(reply.code)) return reply;
  if (reply.code === 421 || TOO_MANY.test(reply.lines.join(' '))) throw busy(reply);
  throw new ReplyError('CONNECT', `The server does not greet but says: ${reply.code} ${reply.lines.at(-1) ?? ''}`, {
    phase: 'connect',
    reply,
    connectionUsable: false,
  });
}

/** AUTH TLS (RFC 4217 §4) before anything that is secret. Throws FtpError TLS where it must be and is not to be had. */
export async function secure(session: ClientSession): Promise<void> {
  const { tlsMode, host, proxy } = session.core.settings;
  if (!session.tls || tlsMode === 'implicit') return;
  if (proxy?.kind === 'ftp') {
    session.core.warn(
      'TLS_NOT_OFFERED',
      `no TLS goes through an FTP proxy: this session is in clear text`,
      session.number,
    );
    return;
  }
  const reply = await session.exchange('AUTH', 'TLS');
  if (reply.code === 234 || reply.code === 334) {
    await session.startTls(session.tls);
    return;
  }
  if (reply.code === 421) throw busy(reply);
  if (tlsMode === 'if-offered') {
    session.core.warn('TLS_NOT_OFFERED', `${host} offers no TLS: this session is in clear text`, session.number);
    return;
  }
  throw new ReplyError('TLS', `${host} offers no TLS: ${reply.code} ${reply.lines.at(-1) ?? ''}`, {
    phase: 'tls',
    reply,
    command: 'AUTH TLS',
    hint: 'Implicit TLS (port 990) may be what it has; or connect without TLS, if clear text will do.',
    connectionUsable: false,
  });
}

/** USER, PASS and ACCT as far as they are asked for (RFC 959 §5.4), or what a proxy wants. Throws FtpError LOGIN, PROXY or BUSY. */
export async function logIn(session: ClientSession): Promise<void> {
  const { host, port, user, password, account, proxy, limits } = session.core.settings;
  const login = { user, password: await password(), account };
  const steps = proxy?.kind === 'ftp' ? proxyLogin(proxy, { host, port, ...login }) : loginSteps(login);
  let index = 0;
  for (let count = 0; count < limits.maxLoginSteps; count += 1) {
    const step = steps[index];
    if (!step) return;
    const reply = await session.exchange(step.command.verb, step.command.argument, { masked: step.shown });
    const turn = afterLoginReply(steps, index, reply.code);
    if (turn.kind === 'done') return;
    if (turn.kind === 'send') index = turn.index;
    else throw refusal(session, { step, turn, reply });
  }
  throw new FtpError('LOGIN', 'The login does not come to an end (limits.maxLoginSteps)', {
    phase: 'login',
    connectionUsable: false,
  });
}

function refusal(
  session: ClientSession,
  { step, turn, reply }: { readonly step: LoginStep; readonly turn: LoginTurn; readonly reply: Reply },
): FtpError {
  const text = reply.lines.join(' ');
  // Pure-FTPd: 421 Sorry, cleartext sessions and weak ciphers are not accepted on this server.
  const leaves = reply.code === 421 && !wantsTls(session, reply);
  if (leaves || ((reply.code === 530 || reply.code === 450) && TOO_MANY.test(text))) return busy(reply);
  if (step.at === 'proxy') {
    return new ReplyError('PROXY', `The proxy says no to ${step.shown}: ${reply.code} ${reply.lines.at(-1) ?? ''}`, {
      phase: 'login',
      reply,
      hint: "Check the proxy's own user and password, and which convention it wants.",
      connectionUsable: false,
    });
  }
  const { user } = session.core.settings;
  const wantsAccount = turn.kind === 'unanswerable' && turn.asked === 'account';
  return loginError(
    reply,
    user,
    wantsAccount ? 'The server asks for an account (ACCT): give one.' : loginHint(session, reply),
  );
}

function wantsTls(session: ClientSession, reply: Reply): boolean {
  return !session.control.tls && /tls|ssl|secure|encrypt|cleartext/i.test(reply.lines.join(' '));
}

function loginHint(session: ClientSession, reply: Reply): string {
  return wantsTls(session, reply) || reply.code === 534 || reply.code === 521
    ? 'The server wants TLS: use explicit TLS (ftpes://).'
    : 'Check user name and password.';
}

function loginError(reply: Reply, user: string, hint: string): FtpError {
  return new ReplyError('LOGIN', `The server does not let ${user} in: ${reply.code} ${reply.lines.at(-1) ?? ''}`, {
    phase: 'login',
    reply,
    hint,
    connectionUsable: false,
  });
}

function busy(reply: Reply): FtpError {
  return new ReplyError('BUSY', `The server takes no more connections: ${reply.code} ${reply.lines.at(-1) ?? ''}`, {
    phase: 'login',
    reply,
    hint: 'Use fewer connections, or try later.',
    retryable: true,
    connectionUsable: false,
  });
}

/** PBSZ and PROT P, so that data connections are inside TLS too (RFC 4217 §9). Throws FtpError TLS where that is refused. */
export async function protectData(session: ClientSession): Promise<void> {
  if (!session.control.tls) return;
  if (session.core.settings.tls.clearData) {
    await session.exchange('PROT', 'C');
    return;
  }
  await session.exchange('PBSZ', '0');
  const reply = await session.exchange('PROT', 'P');
  if (!isCompletion(reply.code)) {
    throw new ReplyError(
      'TLS',
      `The server leaves data connections in clear text: ${reply.code} ${reply.lines.at(-1) ?? ''}`,
      {
        phase: 'tls',
        reply,
        command: 'PROT P',
        hint: 'tls.clearData accepts that.',
        connectionUsable: false,
      },
    );
  }
  session.protectsData = true;
}

/** FEAT, then SYST where FEAT does not tell of a modern server, then where a login begins. */
export async function learnFacts(session: ClientSession, greeting: Reply): Promise<ServerFacts> {
  const features = parseFeatures(await session.exchange('FEAT'));
  const system = features.has('MLST') ? undefined : await session.exchange('SYST');
  const directory = await session.exchange('PWD');
  return {
    greeting,
    features,
    system: system?.code === 215 ? system.lines.at(-1) : undefined,
    home: homeOf(directory),
  };
}

/** What each connection is told, whatever is known of the server: names in UTF-8 and octets as they are. */
export async function prepare(session: ClientSession, { features }: ServerFacts): Promise<void> {
  const { encoding = 'utf-8' } = session.core.settings.options;
  if (features.has('UTF8') && /^utf-?8$/i.test(encoding)) await session.exchange('OPTS', 'UTF8 ON');
  const type = await session.exchange('TYPE', 'I');
  if (type.code >= 400) throw replyError('TYPE', type, 'I');
  session.type = 'I';
  session.wantsDeflate = session.core.settings.options.compress === true && /\bZ\b/i.test(features.get('MODE') ?? '');
}

function parseFeatures(reply: Reply): Map<string, string> {
  const features = new Map<string, string>();
  if (reply.code !== 211) return features;
  for (const line of reply.lines.slice(1, -1)) {
    const [name = '', ...parameters] = line.trim().split(' ');
    if (name !== '') features.set(name.toUpperCase(), parameters.join(' '));
  }
  return features;
}

/** The path in a 257, quoted as RFC 959 says or as servers do otherwise; the root where it says nothing that can be used. */
function homeOf(reply: Reply): string {
  if (!isCompletion(reply.code)) return '/';
  const text = reply.lines.at(-1) ?? '';
  const quote = text.indexOf('"');
  if (quote === -1 && reply.code !== 257) return '/';
  const path = (quote === -1 ? text.split(' ', 1)[0] : unquoted(text.slice(quote))) ?? '';
  return path === '' ? '/' : path;
}

/** A quote that is never closed is taken for closed at the end. */
function unquoted(text: string): string | undefined {
  return parseQuotedPath(text)?.path ?? parseQuotedPath(`${text}"`)?.path;
}
