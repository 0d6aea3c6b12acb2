import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { formatCommand } from '../protocol/index.js';
import { type LoginStep, afterLoginReply, loginSteps } from './login-steps.js';
import { proxyLogin } from './proxy-login.js';
import type { FtpProxy } from './proxy.js';

const login = { user: 'me', password: 'sesam', account: 'acme' };
const target = { ...login, host: 'ftp.example.com', port: 21 };

/** The lines that are sent where these codes come back, and how it ends. */
function run(steps: readonly LoginStep[], codes: readonly number[]): { sent: string[]; end: string } {
  const sent: string[] = [];
  let index = 0;
  for (const code of codes) {
    const step = steps[index];
    assert.ok(step, 'the turn leads to a step');
    sent.push(Buffer.from(formatCommand(step.command)).toString().trimEnd());
    const turn = afterLoginReply(steps, index, code);
    if (turn.kind !== 'send') return { sent, end: turn.kind === 'unanswerable' ? turn.asked : turn.kind };
    index = turn.index;
  }
  return { sent, end: 'waiting' };
}

void describe('a plain login', () => {
  for (const [claim, codes, sent, end] of [
    ['USER alone may do', [230], ['USER me'], 'done'],
    ['a password is sent when it is asked for', [331, 230], ['USER me', 'PASS sesam'], 'done'],
    ['a challenge asks for a password as well', [336, 230], ['USER me', 'PASS sesam'], 'done'],
    ['202 says that a password was not needed', [331, 202], ['USER me', 'PASS sesam'], 'done'],
    ['an account is sent behind a password', [331, 332, 230], ['USER me', 'PASS sesam', 'ACCT acme'], 'done'],
    ['an account may be all that is asked for', [332, 230], ['USER me', 'ACCT acme'], 'done'],
    ['no code of refusal leads on', [530], ['USER me'], 'refused'],
    ['a password may be refused', [331, 530], ['USER me', 'PASS sesam'], 'refused'],
    ['a server that is busy refuses as well', [421], ['USER me'], 'refused'],
    ['a password is sent once', [331, 331], ['USER me', 'PASS sesam'], 'password'],
    ['an account is sent once', [332, 332], ['USER me', 'ACCT acme'], 'account'],
  ] as const) {
    test(claim, () => assert.deepEqual(run(loginSteps(login), codes), { sent, end }));
  }

  test('an account that is asked for and not there cannot be answered', () => {
    assert.equal(run(loginSteps({ user: 'me', password: 'sesam' }), [331, 332]).end, 'account');
  });

  test('transcripts show neither password nor account', () => {
    assert.deepEqual(
      loginSteps(login).map(({ shown }) => shown),
      ['USER me', 'PASS ***', 'ACCT ***'],
    );
  });

  test('it ends whatever the codes are, within as many commands as there are steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(200, 230, 331, 332, 336, 421, 530), { minLength: 10, maxLength: 10 }),
        fc.constantFrom('user', 'site', 'open', 'login'),
        (codes, style) => {
          const steps = proxyLogin({ ...proxy(style), user: 'px', password: 'key' }, target);
          const { sent, end } = run(steps, codes);
          assert.notEqual(end, 'waiting');
          assert.ok(sent.length <= steps.length);
        },
      ),
    );
  });
});

function proxy(style: FtpProxy['style']): FtpProxy {
  return { kind: 'ftp', style, via: { host: 'proxy.example', port: 21 } };
}

const own = { user: 'px', password: 'key' };

function answeredBy(style: FtpProxy['style']): string[] {
  return proxyLogin({ ...proxy(style), ...own }, target).map(({ at }) => at);
}

void describe('a login by way of an FTP proxy', () => {
  const ownLogin = ['USER px', 'PASS key'];
  const login3 = ['USER me', 'PASS sesam', 'ACCT acme'];
  const joined = ['USER me@ftp.example.com', 'PASS sesam', 'ACCT acme'];

  for (const [style, own_, codes, sent] of [
    ['user', undefined, [331, 332, 230], joined],
    ['user', own, [331, 332, 230], ['USER me@px@ftp.example.com', 'PASS sesam@key', 'ACCT acme']],
    ['site', undefined, [220, 331, 332, 230], ['SITE ftp.example.com', ...login3]],
    ['site', own, [331, 230, 220, 331, 332, 230], [...ownLogin, 'SITE ftp.example.com', ...login3]],
    ['open', undefined, [220, 331, 332, 230], ['OPEN ftp.example.com', ...login3]],
    ['open', own, [331, 230, 220, 331, 332, 230], [...ownLogin, 'OPEN ftp.example.com', ...login3]],
    ['login', own, [331, 230, 331, 332, 230], [...ownLogin, ...joined]],
  ] as const) {
    test(`${style}${own_ ? ' with a login at the proxy' : ''}`, () => {
      assert.deepEqual(run(proxyLogin({ ...proxy(style), ...own_ }, target), codes), { sent, end: 'done' });
    });
  }

  test('a proxy that lets in by name alone is not sent the password', () => {
    const { sent } = run(proxyLogin({ ...proxy('open'), ...own }, target), [230, 220, 331]);
    assert.deepEqual(sent, ['USER px', 'OPEN ftp.example.com', 'USER me']);
  });

  test('a proxy that asks for an account is never sent the account of the server', () => {
    assert.deepEqual(run(proxyLogin({ ...proxy('open'), ...own }, target), [331, 332]), {
      sent: ownLogin,
      end: 'account',
    });
  });

  test('a proxy that does not let in is not asked to connect', () => {
    assert.deepEqual(run(proxyLogin({ ...proxy('site'), ...own }, target), [331, 530]), {
      sent: ownLogin,
      end: 'refused',
    });
  });

  for (const [host, port, written] of [
    ['ftp.example.com', 2121, 'ftp.example.com:2121'],
    ['192.0.2.7', 21, '192.0.2.7'],
    ['2001:db8::1', 21, '[2001:db8::1]'],
    ['2001:db8::1', 2121, '[2001:db8::1]:2121'],
  ] as const) {
    test(`${host} port ${port} is written ${written}`, () => {
      for (const style of ['site', 'open'] as const) {
        const steps = proxyLogin(proxy(style), { ...target, host, port });
        assert.equal(steps[0]?.command.argument, written);
      }
      for (const style of ['user', 'login'] as const) {
        const steps = proxyLogin(proxy(style), { ...target, host, port });
        assert.equal(steps[0]?.command.argument, `me@${written}`);
      }
    });
  }

  test('it is known whose each answer is', () => {
    assert.deepEqual(answeredBy('user'), ['server', 'server', 'server']);
    assert.deepEqual(answeredBy('site'), ['proxy', 'proxy', 'proxy', 'server', 'server', 'server']);
    assert.deepEqual(answeredBy('open'), ['proxy', 'proxy', 'proxy', 'server', 'server', 'server']);
    assert.deepEqual(answeredBy('login'), ['proxy', 'proxy', 'server', 'server', 'server']);
  });

  test('transcripts show no secret of either login', () => {
    for (const style of ['user', 'site', 'open', 'login'] as const) {
      const shown = proxyLogin({ ...proxy(style), ...own }, target).map((step) => step.shown);
      assert.doesNotMatch(shown.join('\n'), /sesam|key|acme/);
    }
  });
});
