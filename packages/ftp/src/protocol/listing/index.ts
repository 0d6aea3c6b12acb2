export * from './listed-entry.js';
export * from './listing-parser.js';
export { parseMlstFacts } from './mlsx.js';
