import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { encodeText } from '../../protocol/index.js';

/** 16 MiB and about 50 ms a password. */
const LOG2_COST = 14;
const BLOCK_SIZE = 8;
const PARALLELISM = 1;
const SALT_LENGTH = 16;
const HASH_LENGTH = 32;
/** What a hash may ask for, so that a bad one in a configuration cannot use up the memory. */
const MAX_LOG2_COST = 20;
const MAX_PARALLELISM = 16;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;
const MAX_FIELD_LENGTH = 64;
/** Passwords checked at once: each takes a thread of the four that also read files. */
const MAX_RUNNING = 2;
/** Passwords that may wait for that; more are turned away with {@link AccountsBusy}. */
const MAX_WAITING = 256;

/** Too many logins are waiting for their password to be checked. The server answers 421. */
export class AccountsBusy extends Error {
  override readonly name = 'AccountsBusy';
  readonly code = 'accounts-busy';
}

/** A text that is not a password hash of the form {@link hashPassword} makes. */
export class PasswordHashFault extends Error {
  override readonly name = 'PasswordHashFault';
  readonly code = 'password-hash';
}

/** A password hash taken apart. */
export interface PasswordHash {
  readonly log2Cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  readonly hash: Uint8Array;
}

const scryptOf = promisify<Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(scrypt);

/** Lets so many in at once, in the order they came. */
class Turnstile {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async run<Result>(work: () => Promise<Result>, maxWaiting: number): Promise<Result> {
    if (this.#running < MAX_RUNNING) this.#running++;
    else await this.#turn(maxWaiting);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #turn(maxWaiting: number): Promise<void> {
    if (this.#waiting.length >= maxWaiting) return Promise.reject(new AccountsBusy('too many logins at once'));
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

/** One for the process, like the threads it keeps free. */
const turnstile = new Turnstile();

/** Runs what holds a thread as long as checking a password does: two at once. Throws {@link AccountsBusy}. */
export function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  return turnstile.run(work, MAX_WAITING);
}

/** `$scrypt$ln=14,r=8,p=1$salt$hash` with a fresh salt, both in unpadded base64. Throws {@link AccountsBusy}. */
export async function hashPassword(password: string): Promise<string> {
  const { log2Cost, blockSize, parallelism, salt, hash } = await digestPassword(password, MAX_WAITING);
  return `$scrypt$ln=${log2Cost},r=${blockSize},p=${parallelism}$${base64(salt)}$${base64(hash)}`;
}

/** Hashes a password of the configuration: waits however many logins wait, since it cannot be tried again later. */
export function hashConfigured(password: string): Promise<PasswordHash> {
  return digestPassword(password, Number.POSITIVE_INFINITY);
}

/** Whether `password` is the one hashed. Throws {@link PasswordHashFault} and {@link AccountsBusy}. */
export async function verifyPassword(password: string, hash: string | PasswordHash): Promise<boolean> {
  const parsed = typeof hash === 'string' ? parsePasswordHash(hash) : hash;
  return timingSafeEqual(await derive(password, parsed, MAX_WAITING), parsed.hash);
}

/** Takes a hash apart. Throws {@link PasswordHashFault} when it is malformed or asks for too much. */
export function parsePasswordHash(text: string): PasswordHash {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)={0,2}\$([A-Za-z0-9+/]+)={0,2}$/.exec(
    text,
  );
  if (match === null) throw new PasswordHashFault('not of the form $scrypt$ln=14,r=8,p=1$salt$hash');
  const [, log2Cost, blockSize, parallelism, salt = '', hash = ''] = match;
  const parsed: PasswordHash = {
    log2Cost: Number(log2Cost),
    blockSize: Number(blockSize),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
  checkCost(parsed);
  return parsed;
}

/** What an unknown user's password is checked against, so that it takes as long as a known one's. Matches nothing. */
export function unmatchableHash(): PasswordHash {
  return {
    log2Cost: LOG2_COST,
    blockSize: BLOCK_SIZE,
    parallelism: PARALLELISM,
    salt: randomBytes(SALT_LENGTH),
    hash: randomBytes(HASH_LENGTH),
  };
}

function checkCost({ log2Cost, blockSize, parallelism, salt, hash }: PasswordHash): void {
  const possible = log2Cost >= 1 && log2Cost <= MAX_LOG2_COST && parallelism >= 1 && parallelism <= MAX_PARALLELISM;
  if (!possible || blockSize < 1 || memoryOf(log2Cost, blockSize, parallelism) > MAX_MEMORY_BYTES) {
    throw new PasswordHashFault('the cost is out of range');
  }
  if (salt.length < 8 || salt.length > MAX_FIELD_LENGTH || hash.length < 16 || hash.length > MAX_FIELD_LENGTH) {
    throw new PasswordHashFault('salt or hash is too short or too long');
  }
}

function memoryOf(log2Cost: number, blockSize: number, parallelism: number): number {
  return 128 * blockSize * (2 ** log2Cost + parallelism + 2);
}

async function digestPassword(password: string, maxWaiting: number): Promise<PasswordHash> {
  const blank = unmatchableHash();
  return { ...blank, hash: await derive(password, blank, maxWaiting) };
}

/** The password's octets as they came, so that two passwords that are not UTF-8 are never taken for one another. */
function derive(password: string, form: PasswordHash, maxWaiting: number): Promise<Uint8Array> {
  const { log2Cost, blockSize, parallelism, salt, hash } = form;
  const maxmem = memoryOf(log2Cost, blockSize, parallelism);
  const cost = { N: 2 ** log2Cost, r: blockSize, p: parallelism, maxmem };
  return turnstile.run(() => scryptOf(encodeText(password), salt, hash.length, cost), maxWaiting);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
