import { X509Certificate, createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import type { ServeTls } from './serve-options.js';
import { UsageFault, errnoOf } from './usage-fault.js';

export interface Certificate {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** SHA-256, as clients show it. */
  readonly fingerprint: string;
}

const DAYS = 825;
const MILLISECONDS_A_DAY = 86_400_000;

/** Reads the files, or takes the certificate that the first run made. Throws UsageFault. */
export async function loadCertificate(tls: ServeTls): Promise<Certificate> {
  if (tls.kind === 'self-signed') return await selfSigned();
  const [cert, key] = await Promise.all([readPem(tls.cert), readPem(tls.key)]);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new UsageFault(
      `${tls.cert} and ${tls.key} are not a certificate and its key: ${error instanceof Error ? error.message : ''}; give --tls CERT,KEY in PEM`,
    );
  }
  return { cert, key, fingerprint: fingerprintOf(cert) };
}

/** Kept between runs, so that a client which has trusted it once finds the same one again. */
async function selfSigned(): Promise<Certificate> {
  const directory = join(process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'twinport');
  const [certFile, keyFile] = [join(directory, 'self-signed.crt'), join(directory, 'self-signed.key')];
  const kept = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]).catch(() => undefined); // none yet, or not ours: made anew
  if (kept && Date.parse(new X509Certificate(kept[0]).validTo) > Date.now()) {
    return { cert: kept[0], key: kept[1], fingerprint: fingerprintOf(kept[0]) };
  }
  const made = await makeSelfSigned();
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(keyFile, made.key, { mode: 0o600 });
    await writeFile(certFile, made.cert);
  } catch (error) {
    throw new UsageFault(
      `cannot keep the self-signed certificate in ${directory} (${errnoOf(error) ?? 'error'}); set XDG_STATE_HOME to a folder that can be written, or give --tls CERT,KEY`,
    );
  }
  return made;
}

/** A new one. */
export async function makeSelfSigned(): Promise<Certificate> {
  const names = [...new Set(['localhost', hostname()])];
  // Slow to load, and most runs make no certificate.
  const { generate } = await import('selfsigned');
  const pair = await generate([{ name: 'commonName', value: hostname() }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAYS * MILLISECONDS_A_DAY),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert: pair.cert, key: pair.private, fingerprint: fingerprintOf(pair.cert) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'permission denied',
      EISDIR: 'it is a folder',
    };
    throw new UsageFault(
      `cannot read ${path}: ${reasons[errnoOf(error) ?? ''] ?? errnoOf(error) ?? 'error'}; give --tls CERT,KEY or --tls self-signed`,
    );
  }
}

function fingerprintOf(cert: string): string {
  const digest = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex').toUpperCase();
  return digest.replaceAll(/(..)(?=.)/g, '$1:');
}
