export * from './html.js';
export { type SvgOptions, drawSvg } from './svg.js';
export * from './terminal.js';
export type { DrawingPaint, DrawingStyle } from './text-row.js';
