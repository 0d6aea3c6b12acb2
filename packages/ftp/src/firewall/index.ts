export * from './rules/index.js';
export * from './trace/index.js';
