export * from './causes.js';
export * from './network-path.js';
export * from './policy.js';
export * from './port-plan.js';
export * from './ports.js';
export * from './simulate.js';
export * from './timeline.js';
export * from './targets/index.js';
