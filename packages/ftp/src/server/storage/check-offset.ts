import { StorageFault } from './contract.js';

/** Throws StorageFault('invalid') unless `offset` is within a file of `size` octets, or just behind it. */
export function checkOffset(offset: number, size: number): void {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > size) {
    throw new StorageFault('invalid', `offset ${offset} in a file of ${size} octets`);
  }
}
