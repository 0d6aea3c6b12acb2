import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errnoOf } from '../usage-fault.js';
import type { Draft, Flaw } from './shape.js';

type Tls = NonNullable<Draft['tls']>;
type Named = 'certificate' | 'key';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: write the path of one',
  EACCES: 'permission denied: let this user read it',
  EISDIR: 'it is a folder: write the path of the file in it',
};

/** Why the files of `[tls]` cannot be used. */
export async function certificateFlaws({ certificate, key }: Tls, now = Date.now()): Promise<readonly Flaw[]> {
  const flaws: Flaw[] = [];
  const flaw = (named: Named, what: string): undefined => void flaws.push({ path: ['tls', named], what });
  const read = async (named: Named, path: string | undefined): Promise<string | undefined> => {
    if (path === undefined) return undefined;
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      const code = errnoOf(error) ?? 'error';
      return flaw(named, `cannot read ${path}: ${REASONS[code] ?? code}`);
    }
  };
  const [certText, keyText] = await Promise.all([read('certificate', certificate), read('key', key)]);
  const x509 = certText === undefined ? undefined : certificateOf(certText);
  if (certText !== undefined && !x509) flaw('certificate', notACertificate(certificate ?? '', certText));
  if (x509) for (const what of dateFlaws(certificate ?? '', x509, now)) flaw('certificate', what);
  const privateKey = keyText === undefined ? undefined : keyOf(keyText);
  if (keyText !== undefined && !privateKey) flaw('key', notAKey(key ?? '', keyText));
  if (x509 && privateKey && !x509.checkPrivateKey(privateKey))
    flaw('key', `${key} is not the key of ${certificate}: write the one that the certificate was requested with`);
  return flaws;
}

const day = (date: string): string => new Date(date).toISOString().slice(0, 10);

function dateFlaws(file: string, { validFrom, validTo }: X509Certificate, now: number): readonly string[] {
  if (Date.parse(validTo) < now)
    return [`${file} has expired on ${day(validTo)}: renew it, or write selfSigned = true`];
  if (Date.parse(validFrom) > now)
    return [`${file} is not valid before ${day(validFrom)}: set the clock, or write another certificate`];
  return [];
}

function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined; // what it is instead is looked at then
  }
}

function keyOf(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined; // what it is instead is looked at then
  }
}

function notACertificate(file: string, text: string): string {
  const instead = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)
    ? 'a private key: swap certificate and key'
    : undefined;
  return `${file} is ${instead ?? 'no certificate: write the path of one in PEM, which begins with -----BEGIN CERTIFICATE-----'}`;
}

function notAKey(file: string, text: string): string {
  if (/ENCRYPTED/.test(text))
    return `${file} has a passphrase: write the path of a key without, made by openssl pkey -in ${file} -out FILE`;
  if (/-----BEGIN CERTIFICATE-----/.test(text)) return `${file} is a certificate: swap certificate and key`;
  return `${file} is no private key: write the path of one in PEM, which begins with -----BEGIN PRIVATE KEY-----`;
}
