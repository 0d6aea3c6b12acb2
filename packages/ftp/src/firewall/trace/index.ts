export * from './capture-fault.js';
export * from './capture-reader.js';
export * from './captured-packet.js';
export * from './trace-builder.js';
export * from './trace-event.js';
export * from './trace-limits.js';
export * from './session-summary.js';
export * from './vantage.js';
