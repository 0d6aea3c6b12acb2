import type { LibraryHandle } from 'koffi';
import { AdministrationFault } from './administration-fault.js';

/** The first of these libraries that this system has. Throws AdministrationFault where none can be called. */
export async function loadLibrary(names: readonly string[]): Promise<LibraryHandle | undefined> {
  const { default: loader } = await import('koffi').catch((cause: unknown) => {
    throw new AdministrationFault('this hash needs the package koffi, which this installation lacks', { cause });
  });
  for (const name of names) {
    try {
      return loader.load(name);
    } catch {
      continue; // not here: the next
    }
  }
  return undefined;
}
