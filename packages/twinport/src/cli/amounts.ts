const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;
const STEP = 1024;

/** `512 B`, `3.4 MiB`: at most three digits and a point, so that columns can be narrow. */
export function formatSize(octets: number): string {
  let [value, unit] = [octets, 0];
  // What would be written as 1024 is one of the next unit.
  while (Math.round(value) >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}

export function formatRate(octetsPerSecond: number): string {
  return `${formatSize(octetsPerSecond)}/s`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** `0:07`, `12:34`, `3:04:05`, `2d 03h`: how long something will take. */
export function formatTimeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (!Number.isFinite(whole) || whole >= 100 * DAY) return '--:--';
  if (whole >= DAY) return `${Math.floor(whole / DAY)}d ${two((whole % DAY) / HOUR)}h`;
  if (whole >= HOUR) return `${Math.floor(whole / HOUR)}:${two((whole % HOUR) / MINUTE)}:${two(whole % MINUTE)}`;
  return `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)}`;
}

/** `0.2 s`, `2.1 s`, `3 min 20 s`, `2 h 5 min`: how long something took. */
export function formatTaken(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
}

/** `512`, `64K`, `2M`, `1.5G`, `2MiB`: octets, in steps of 1024. Undefined for anything else. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGTP]?)(?:i?B)?$/i.exec(text.trim());
  if (!match) return undefined;
  const power = 'KMGTP'.indexOf((match[2] ?? '').toUpperCase()) + 1;
  const octets = Math.round(Number(match[1]) * STEP ** (match[2] === '' ? 0 : power));
  return Number.isSafeInteger(octets) ? octets : undefined;
}

const SPANS: Readonly<Record<string, number>> = { s: 1, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY };

/** `90s`, `15m`, `36h`, `2d`, `1w` as milliseconds. Undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/i.exec(text.trim());
  const unit = SPANS[(match?.[2] ?? '').toLowerCase()];
  return match && unit !== undefined ? Number(match[1]) * unit * 1000 : undefined;
}

/** `1 file`, `12 files`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
