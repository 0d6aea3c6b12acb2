export * from './contract.js';
export { parseFilters, type SyncFilter } from './filters.js';
export { sync } from './job.js';
