import { SyntaxFault } from '../protocol/index.js';

/** A parser of addresses that answers undefined for an address family nobody here knows, which has a reply of its own (521, 522). */
export function knownFamily<T>(parse: (text: string) => T): (text: string) => T | undefined {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof SyntaxFault && error.part === 'address-family') return undefined;
      throw error;
    }
  };
}
