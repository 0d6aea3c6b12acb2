import type { RemoteEntry } from '@twinport/ftp/client';

/** An entry in JSON. What the server does not say is left out. */
export function entryRecord(entry: RemoteEntry): object {
  const { name, path, type, size, modified, created, mode, owner, group, links, target, unique, perm, format } = entry;
  return {
    name,
    path,
    type,
    ...(size !== undefined && { size }),
    ...(modified && { modified: modified.at.toISOString(), precision: modified.precision, zone: modified.zone }),
    ...(created && { created: created.at.toISOString() }),
    ...(mode !== undefined && { mode: formatMode(mode) }),
    ...(owner !== undefined && { owner }),
    ...(group !== undefined && { group }),
    ...(links !== undefined && { links }),
    ...(target !== undefined && { target }),
    ...(unique !== undefined && { unique }),
    ...(perm !== undefined && { perm }),
    format,
  };
}

/** `0644`: four octal digits. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
