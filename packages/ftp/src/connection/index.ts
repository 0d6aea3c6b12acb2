export * from './connection-fault.js';
export * from './control-connection.js';
export * from './data-connection.js';
export * from './data-stream.js';
export * from './events.js';
export * from './port-range.js';
export * from './secure.js';
export * from './zlib-transform.js';
