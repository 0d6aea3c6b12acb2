export * from './contract.js';
export { parseFilters, type SyncFilter } from './filters.js';
