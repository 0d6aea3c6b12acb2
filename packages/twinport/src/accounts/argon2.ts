import crypto from 'node:crypto';
import { encodeText } from '@twinport/ftp/protocol';
import { inTurn } from '@twinport/ftp/server';
import { AdministrationFault } from './administration-fault.js';

const FORM =
  /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
/** KiB that a hash may ask for. */
const MAX_MEMORY = 262_144;

interface Parameters {
  readonly message: Uint8Array;
  readonly nonce: Uint8Array;
  readonly parallelism: number;
  readonly tagLength: number;
  readonly memory: number;
  readonly passes: number;
}

type Argon2 = (
  algorithm: string,
  parameters: Parameters,
  done: (error: Error | null, hash: Uint8Array) => void,
) => void;

/** Whether a password is that of `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws AdministrationFault where that cannot be told. */
export async function verifyArgon2(password: string, hash: string): Promise<boolean> {
  const [, algorithm = '', memory, passes, parallelism, salt = '', expected = ''] = FORM.exec(hash) ?? [];
  if (algorithm === '' || Number(memory) > MAX_MEMORY)
    throw new AdministrationFault(`this argon2 hash is malformed, or asks for more than ${MAX_MEMORY} KiB`);
  const argon2 = nodesArgon2();
  const tag = Buffer.from(expected, 'base64');
  const parameters = {
    message: encodeText(password),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: Number(parallelism),
    tagLength: tag.length,
    memory: Number(memory),
    passes: Number(passes),
  };
  const computed = await inTurn(
    () =>
      new Promise<Uint8Array>((resolve, reject) => {
        argon2(algorithm, parameters, (error, result) => (error === null ? resolve(result) : reject(error)));
      }),
  );
  return crypto.timingSafeEqual(computed, tag);
}

function nodesArgon2(): Argon2 {
  if (hasArgon2(crypto)) return crypto.argon2;
  throw new AdministrationFault('argon2 hashes need Node.js 24.7 or later');
}

function hasArgon2(module: object): module is { readonly argon2: Argon2 } {
  return 'argon2' in module;
}
