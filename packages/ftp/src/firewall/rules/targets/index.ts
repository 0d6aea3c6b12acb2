export * from './render.js';
export * from './target.js';
