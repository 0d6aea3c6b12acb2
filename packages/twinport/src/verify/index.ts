export * from './cells.js';
export * from './network.js';
export * from './scenario.js';
export * from './topology.js';
export * from './verify.js';
