export * from './diagnose.js';
export * from './entry.js';
export * from './knowledge-table.js';
export * from './machine.js';
export * from './observations.js';
export * from './server-view.js';
export * from './short-diagnosis.js';
export * from './walk.js';
