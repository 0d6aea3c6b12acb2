import crypto from 'node:crypto';
import { encodeText } from '@twinport/ftp/protocol';
import { inTurn } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';
import { loadLibrary } from './load-library.js';

const FORM =
  /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
/** KiB that a hash may ask for. */
const MAX_MEMORY = 262_144;
/** Whoever had Pure-FTPd has it. */
export const LIBSODIUM = ['libsodium.so.23', 'libsodium.so.26'];

interface Parameters {
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly parallelism: number;
  readonly tagLength: number;
  readonly memory: number;
  readonly passes: number;
}

/** Of Node.js 24.7 and later. */
interface Argon2 {
  argon2(algorithm: string, parameters: Parameters, done: (error: Error | null, hash: Uint8Array) => void): void;
}

/** Whether a password is that of `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws AdministrationFault where that cannot be told. */
export async function verifyArgon2(password: string, hash: string): Promise<boolean> {
  const [, algorithm = '', memory, passes, parallelism, salt = '', expected = ''] = FORM.exec(hash) ?? [];
  if (algorithm === '' || Number(memory) > MAX_MEMORY)
    throw new AdministrationFault(`this argon2 hash is malformed, or asks for more than ${MAX_MEMORY} KiB`);
  if (!hasArgon2(crypto)) return await verifyBySodium(password, hash);
  const tag = Buffer.from(expected, 'base64');
  const computed = await derive(crypto, algorithm, {
    message: encodeText(password),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: Number(parallelism),
    tagLength: tag.length,
    memory: Number(memory),
    passes: Number(passes),
  });
  return crypto.timingSafeEqual(computed, tag);
}

function hasArgon2(module: object): module is Argon2 {
  return 'argon2' in module;
}

function derive(node: Argon2, algorithm: string, parameters: Parameters): Promise<Uint8Array> {
  return inTurn(
    () =>
      new Promise<Uint8Array>((resolve, reject) => {
        node.argon2(algorithm, parameters, (error, hash) => (error === null ? resolve(hash) : reject(error)));
      }),
  );
}

async function verifyBySodium(password: string, hash: string): Promise<boolean> {
  const sodium = await loadLibrary(LIBSODIUM);
  if (!sodium)
    throw new AdministrationFault('argon2 hashes need Node.js 24.7 or later, or libsodium: install libsodium23');
  sodium.func('sodium_init', 'int', [])();
  const verify = sodium.func('crypto_pwhash_str_verify', 'int', ['str', 'const uint8_t *', 'uint64_t']);
  const octets = encodeText(password);
  return await inTurn(
    () =>
      new Promise<boolean>((resolve, reject) => {
        verify.async(hash, octets, octets.length, (error: Error | null, result: number) => {
          // That it is used here keeps it in memory until now.
          octets.fill(0);
          if (error === null) resolve(result === 0);
          else reject(error);
        });
      }),
  );
}
