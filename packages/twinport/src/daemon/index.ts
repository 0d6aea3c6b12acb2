export * from './certificate.js';
export * from './config.js';
export * from './log.js';
export * from './port-plan.js';
export * from './serve-options.js';
export * from './start.js';
export * from './trace.js';
export * from './usage-fault.js';
