import { StorageFault, type StorageFaultCode } from './contract.js';

const CODES: ReadonlyMap<string, StorageFaultCode> = new Map(
  Object.entries({
    ENOENT: 'not-found',
    EEXIST: 'exists',
    EACCES: 'denied',
    EPERM: 'denied',
    EROFS: 'denied',
    ENOTDIR: 'not-a-directory',
    EISDIR: 'is-a-directory',
    ENXIO: 'not-a-file',
    ENOTEMPTY: 'not-empty',
    ENOSPC: 'full',
    EFBIG: 'full',
    EDQUOT: 'quota',
    EBUSY: 'busy',
    ETXTBSY: 'busy',
    EMFILE: 'busy',
    ENFILE: 'busy',
    EINVAL: 'unsupported',
    EILSEQ: 'unsupported',
    // What Node throws for a name that holds NUL.
    ERR_INVALID_ARG_VALUE: 'unsupported',
    ELOOP: 'too-many-links',
    ENAMETOOLONG: 'name-too-long',
    EXDEV: 'cross-device',
    ENOSYS: 'unsupported',
    ENOTSUP: 'unsupported',
    EOPNOTSUPP: 'unsupported',
  } satisfies Record<string, StorageFaultCode>),
);

/** Any error of the file system as a {@link StorageFault}; anything without a known errno is `failed`. */
export function storageFault(error: unknown): StorageFault {
  if (error instanceof StorageFault) return error;
  if (!(error instanceof Error)) return new StorageFault('failed', String(error));
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new StorageFault(CODES.get(errno) ?? 'failed', error.message, { cause: error });
}

/** Runs `work` so that it rejects with nothing but a {@link StorageFault}. */
export async function faulting<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw storageFault(error);
  }
}
