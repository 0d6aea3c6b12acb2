import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPureFtpd } from './import-pureftpd.js';

/** As pure-pw 1.0.50 writes it. */
const ANN =
  'ann:$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA:65534:65534:Ann A:/srv/ann/./:51200:102400:1:5:3:1000:20971520:127.0.0.1:1.2.3.4:192.0.2.0/24,10.0.0.1:10.1.0.0/16:900-1800';

test('every field of pure-pw comes along, or is said to be left out', () => {
  const { accounts, notes } = importPureFtpd(`# a comment\n${ANN}\n\nbob:$6$salt$hash:1:1::/srv/bob::::::::::::\n`);
  assert.deepEqual(accounts, [
    {
      name: 'ann',
      password: '$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA',
      disabled: false,
      settings: {
        directory: '/srv/ann',
        uploadBytesPerSecond: 51_200,
        downloadBytesPerSecond: 102_400,
        maxSessions: 3,
        quotaFiles: 1000,
        quotaBytes: 20_971_520,
        networks: ['192.0.2.0/24', '10.0.0.1'],
        deniedNetworks: ['10.1.0.0/16'],
        hours: ['09:00-18:00'],
      },
    },
    { name: 'bob', password: '$6$salt$hash', disabled: false, settings: { directory: '/srv/bob' } },
  ]);
  assert.deepEqual(
    notes.map(({ name, message }) => `${name}: ${message}`),
    [
      'ann: upload ratio left out',
      'ann: download ratio left out',
      'ann: allowed local addresses left out: it may log in at any address of the server',
      'ann: denied local addresses left out: it may log in at any address of the server',
    ],
  );
});

const line = (fields: Record<number, string>): string =>
  Array.from({ length: 18 }, (_, index) => fields[index] ?? ['x', '$1$s$h', '1', '1', '', '/srv/x'][index] ?? '').join(
    ':',
  );

const one = (fields: Record<number, string>) => {
  const { accounts, notes } = importPureFtpd(line(fields));
  return { account: accounts[0], notes: notes.map(({ message }) => message).join('; ') };
};

test('what cannot be kept up lets nobody in', () => {
  assert.deepEqual(one({ 15: 'office.example.com' }).account?.settings.networks, []);
  assert.match(one({ 15: 'office.example.com' }).notes, /networks are addresses: office\.example\.com left out/);
  assert.equal(one({ 16: 'evil.example.com' }).account?.disabled, true);
  assert.equal(one({ 1: '*' }).account?.password, undefined);
  assert.match(one({ 1: '*' }).notes, /twinport user passwd x/);
  assert.match(one({ 0: '../x' }).notes, /skipped: not a name/);
  assert.match(one({ 17: 'always' }).notes, /hours always left out/);
  assert.equal(one({ 5: '/' }).account?.settings.directory, '/');
});

test('lines of another kind are skipped, and their number is said', () => {
  const { accounts, notes } = importPureFtpd(`${ANN}\nroot:x:0\nnonsense\n`);
  assert.equal(accounts.length, 1);
  assert.deepEqual(
    notes.slice(4).map(({ message }) => message),
    ['line 2 skipped: not of pure-pw', 'line 3 skipped: not of pure-pw'],
  );
});
