export * from './cells.js';
export * from './kinds.js';
export type { Rules } from './loaded-rules.js';
export * from './network.js';
export * from './requirements.js';
export * from './scenario.js';
export * from './scenarios.js';
export * from './topology.js';
export * from './verify.js';
