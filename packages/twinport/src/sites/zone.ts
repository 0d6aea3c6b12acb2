/** Minutes east of UTC: `UTC`, `Z`, `+2`, `-05:30`, `+0200`; undefined for anything else. */
export function parseZone(text: string): number | undefined {
  if (/^(?:UTC|GMT|Z)$/i.test(text)) return 0;
  const match = /^(?<sign>[+-])(?<hours>\d{1,2})(?::?(?<minutes>[0-5]\d))?$/.exec(text);
  if (!match?.groups) return undefined;
  const minutes = Number(match.groups['hours']) * 60 + Number(match.groups['minutes'] ?? 0);
  if (minutes > 14 * 60) return undefined;
  return match.groups['sign'] === '-' && minutes !== 0 ? -minutes : minutes;
}

/** As `parseZone` reads it: `+02:00`. */
export function formatZone(minutes: number): string {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${minutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
