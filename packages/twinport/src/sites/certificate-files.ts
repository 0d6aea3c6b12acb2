import { X509Certificate, createPrivateKey } from 'node:crypto';
import { UsageFault } from '../daemon/usage-fault.js';
import { readPrivate } from './private-file.js';

/** PEM files: the authorities to trust, our own certificate, and its key. */
export type CertificateFile = 'ca' | 'cert' | 'key';

/** What is in them. Throws UsageFault on what cannot be used, before anybody is connected to. */
export function certificateFiles(
  paths: Readonly<Record<CertificateFile, string | undefined>>,
): Partial<Record<CertificateFile, Buffer>> {
  const { ca, cert, key } = paths;
  if ((cert === undefined) !== (key === undefined)) throw new UsageFault('--cert and --key belong together');
  const authorities = ca === undefined ? {} : { ca: certificateIn('ca', ca).pem };
  if (cert === undefined || key === undefined) return authorities;
  const own = certificateIn('cert', cert);
  const pem = read('key', key);
  if (!own.certificate.checkPrivateKey(privateKeyIn(key, pem))) {
    throw new UsageFault(
      `the key in ${key} is not that of the certificate in ${cert}: give the two that belong together`,
    );
  }
  return { ...authorities, cert: own.pem, key: pem };
}

function certificateIn(name: CertificateFile, path: string): { pem: Buffer; certificate: X509Certificate } {
  const pem = read(name, path);
  try {
    return { pem, certificate: new X509Certificate(pem.toString('latin1')) };
  } catch (cause) {
    throw new UsageFault(`there is no certificate in ${path}: ${needed(name, '-----BEGIN CERTIFICATE-----')}`, {
      cause,
    });
  }
}

function privateKeyIn(path: string, pem: Buffer): ReturnType<typeof createPrivateKey> {
  if (/ENCRYPTED/.test(pem.toString('latin1'))) {
    throw new UsageFault(
      `the key in ${path} is encrypted: give --key one without a passphrase, as "openssl pkey -in ${path} -out FILE" writes it`,
    );
  }
  try {
    return createPrivateKey(pem.toString('latin1'));
  } catch (cause) {
    throw new UsageFault(`there is no key in ${path}: ${needed('key', '-----BEGIN PRIVATE KEY-----')}`, { cause });
  }
}

const needed = (name: CertificateFile, line: string): string => `--${name} needs a PEM file, with a line ${line}`;

function read(name: CertificateFile, path: string): Buffer {
  const file = readPrivate(path);
  if (!file) throw new UsageFault(`cannot read ${path}: there is no such file; give --${name} a PEM file`);
  return file.content;
}
