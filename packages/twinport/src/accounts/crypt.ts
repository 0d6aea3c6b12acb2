import { timingSafeEqual } from 'node:crypto';
import { encodeText } from '@twinport/ftp/protocol';
import { inTurn } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';
import { loadLibrary } from './load-library.js';

/** Of libxcrypt, of glibc before it, and of musl. */
const LIBRARIES = ['libcrypt.so.1', 'libcrypt.so.2', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'];
/** More than any of them wants for its `struct crypt_data`. */
const DATA_LENGTH = 256 * 1024;

/** crypt_r(3), run by a thread. */
type Crypt = (password: Uint8Array, setting: string) => Promise<string | null>;

let loading: Promise<Crypt> | undefined;

/** Whether a password is that of a hash of crypt(3). Throws AdministrationFault where this system cannot tell. */
export async function verifyCrypt(password: string, hash: string): Promise<boolean> {
  // crypt ends at a NUL.
  if (password.includes('\0')) return false;
  loading ??= load();
  const crypt = await loading;
  const computed = await inTurn(() => crypt(encodeText(`${password}\0`), hash));
  if (computed === null || computed.startsWith('*'))
    throw new AdministrationFault(`crypt of this system does not know hashes that begin with ${methodOf(hash)}`);
  const [a, b] = [Buffer.from(computed), Buffer.from(hash)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function load(): Promise<Crypt> {
  const library = await loadLibrary(LIBRARIES);
  if (!library)
    throw new AdministrationFault('this system has no crypt: hashes of bcrypt, yescrypt, SHA-2 and MD5 need Linux');
  const crypt = library.func('crypt_r', 'str', ['const uint8_t *', 'str', 'uint8_t *']);
  return (password, setting) => {
    const data = Buffer.alloc(DATA_LENGTH);
    return new Promise((resolve, reject) => {
      crypt.async(password, setting, data, (error: Error | null, result: string | null) => {
        // That they are used here keeps both in memory until now.
        password.fill(0);
        data.fill(0);
        if (error === null) resolve(result);
        else reject(error);
      });
    });
  };
}

function methodOf(hash: string): string {
  return /^\$[^$]*\$/.exec(hash)?.[0] ?? '?';
}
