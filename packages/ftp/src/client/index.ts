export * from './contract.js';
export * from './errors.js';
export * from './events.js';
export * from './limits.js';
export * from './no-proxy.js';
export * from './options.js';
export * from './proxy-environment.js';
export * from './proxy.js';
export { connect, createPool } from './connect.js';
