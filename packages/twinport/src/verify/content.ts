/** What is transferred: more than one packet. */
export const FILE = '/file.bin';
export const CONTENT: Uint8Array = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) % 251);
