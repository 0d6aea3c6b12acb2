import type { Path } from './positions.js';

/** Where a setting came from. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'environment'; readonly name: string }
  | { readonly kind: 'flag'; readonly name: string };

/** As messages name it. */
export function originText(origin: Origin): string {
  if (origin.kind === 'file') return `${origin.file}:${origin.line}`;
  return origin.kind === 'default' ? 'default' : origin.name;
}

/** `TWINPORT_PASSIVE_PORTS` sets `[passive] ports`. */
export function environmentName(path: Path): string {
  return ['TWINPORT', ...path.map((key) => String(key).replaceAll(/[A-Z]/g, '_$&').toUpperCase())].join('_');
}
