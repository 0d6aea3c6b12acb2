export type { ListedEntry, ListedTime, ListingFormat } from './listed-entry.js';
export * from './listing-parser.js';
export { parseMlstFacts } from './mlsx.js';
