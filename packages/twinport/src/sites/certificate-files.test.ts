import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { generate } from 'selfsigned';
import { UsageFault } from '../daemon/usage-fault.js';
import { certificateFiles } from './certificate-files.js';

async function folder(t: TestContext): Promise<(name: string) => string> {
  const path = await mkdtemp(join(tmpdir(), 'twinport-certificates-'));
  t.after(() => rm(path, { recursive: true }));
  const [own, other] = await Promise.all(
    ['ann', 'other'].map((value) => generate([{ name: 'commonName', value }], { keyType: 'ec' })),
  );
  assert.ok(own && other);
  const key = createPrivateKey(own.private);
  const locked = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' });
  const files = { 'own.pem': own.cert, 'own.key': own.private, 'other.key': other.private, 'locked.key': locked };
  for (const [name, content] of Object.entries({ ...files, 'both.pem': `${own.cert}\n${own.private}` }))
    await writeFile(join(path, name), content);
  return (name) => join(path, name);
}

test('a certificate and its key are read, from two files or from one', async (t) => {
  const at = await folder(t);
  for (const [cert, key] of [
    ['own.pem', 'own.key'],
    ['both.pem', 'both.pem'],
  ] as const) {
    const read = certificateFiles({ ca: at('own.pem'), cert: at(cert), key: at(key) });
    assert.deepEqual(Object.keys(read), ['ca', 'cert', 'key']);
  }
  assert.deepEqual(certificateFiles({ ca: undefined, cert: undefined, key: undefined }), {});
});

test('what cannot be used is said with the file, before anybody is connected to', async (t) => {
  const at = await folder(t);
  const refused = (cert: string | undefined, key: string | undefined, ca?: string): string => {
    try {
      certificateFiles({ ca: ca && at(ca), cert: cert && at(cert), key: key && at(key) });
    } catch (error) {
      assert.ok(error instanceof UsageFault);
      return error.message.replaceAll(`${at('')}/`, '');
    }
    return 'accepted';
  };
  const noCertificate = 'needs a PEM file, with a line -----BEGIN CERTIFICATE-----';
  assert.equal(refused('own.pem', undefined), '--cert and --key belong together');
  assert.match(refused('own.pem', 'other.key'), /^the key in other\.key is not that of the certificate in own\.pem/);
  assert.match(refused('own.pem', 'locked.key'), /is encrypted: .* "openssl pkey -in locked\.key -out FILE"/);
  assert.match(refused('own.pem', 'own.pem'), /^there is no key in own\.pem: --key needs a PEM file/);
  assert.equal(refused('own.key', 'own.key'), `there is no certificate in own.key: --cert ${noCertificate}`);
  assert.equal(refused(undefined, undefined, 'own.key'), `there is no certificate in own.key: --ca ${noCertificate}`);
  assert.match(refused('none.pem', 'own.key'), /^cannot read none\.pem: there is no such file; give --cert/);
});
