export * from './doctor/index.js';
export * from './drawing/index.js';
export * from './pinholes/index.js';
export * from './rules/index.js';
export * from './trace/index.js';
