import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';
import { AdministrationFault } from './administration-fault.js';
import { LIBSODIUM } from './argon2.js';
import { loadLibrary } from './load-library.js';
import { verifyHash } from './verify-hash.js';

const onLinux = process.platform !== 'linux' && 'crypt is that of Linux';
const noArgon2 = !('argon2' in crypto) && (await loadLibrary(LIBSODIUM)) === undefined && 'there is no argon2';

/** Of `sécret`, made by libxcrypt. */
const CRYPT = {
  'bcrypt 2b': '$2b$05$abcdefghijklmnopqrstuue73ccPeu6jOIGNYCxh9sGEWx4Cb.zJm',
  'bcrypt 2y': '$2y$05$abcdefghijklmnopqrstuue73ccPeu6jOIGNYCxh9sGEWx4Cb.zJm',
  yescrypt: '$y$j75$saltsaltsaltsalt$coLpcdsGV2CGKrgUAH.G1HC2Xg27oTkozH7imuuc8n0',
  'SHA-512':
    '$6$rounds=1000$saltsalt$ImaNSMNN1dFM87FwHerRLKSs2L/wvkhAm0/7JzDu8wsu6wVa98vIfESAi6PB9hGu0CIFTGD91vHhxzmzjZAdc0',
  'SHA-256': '$5$rounds=1000$saltsalt$A0Df.x0BQOwrEvyh8S/z8pYx.b8J5C8wvr2VUSQVm00',
  MD5: '$1$saltsalt$JuLe1nEZL3b8Xr5YCXO7u1',
  'scrypt of libsodium': '$7$A6....1....saltsaltsalt$Fo5DJ6UG/OLfjq6DDQBGRZlAHpQzkQSAtb7x9gK.X84',
};

for (const [name, hash] of Object.entries(CRYPT)) {
  test(`a hash of ${name} lets in who knows the password, and nobody else`, { skip: onLinux }, async () => {
    assert.equal(await verifyHash('sécret', hash), true);
    for (const wrong of ['', 'secret', 'sécret ', 'sécret\0', 'sécret\0more'])
      assert.equal(await verifyHash(wrong, hash), false);
  });
}

test('many are checked at once, each with its own salt', { skip: onLinux }, async () => {
  const hashes = [CRYPT['SHA-512'], CRYPT['SHA-256'], CRYPT.MD5, CRYPT.yescrypt];
  const checked = Array.from({ length: 40 }, (_, index) => {
    const right = index % 3 > 0;
    return verifyHash(right ? 'sécret' : 'wrong', hashes[index % 4] ?? '').then((matches) => matches === right);
  });
  assert.deepEqual(new Set(await Promise.all(checked)), new Set([true]));
});

test('argon2, by Node.js or by libsodium', { skip: noArgon2 }, async () => {
  const hash = '$argon2id$v=19$m=8192,t=1,p=1$l8djpmnqdfpRzDO6r2nLpA$yJG+VqG3G21INuaJtJtVAjCy+7sa2WlxJlgVaR63JYY';
  assert.equal(await verifyHash('sécret', hash), true);
  for (const wrong of ['secret', '', 'sécret\0']) assert.equal(await verifyHash(wrong, hash), false);
});

test('what is no hash, or asks for too much, lets nobody in and says so', async () => {
  const bad = [
    '',
    'secret',
    '*',
    '!',
    '$nothing$abc',
    '$argon2id$v=19$m=9999999,t=1,p=1$c2FsdHNhbHQ$c2FsdHNhbHRzYWx0c2FsdA',
  ];
  for (const hash of bad) await assert.rejects(verifyHash('secret', hash), AdministrationFault, hash);
});
