export * from './doctor/index.js';
export * from './rules/index.js';
