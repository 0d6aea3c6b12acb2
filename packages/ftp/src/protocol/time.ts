import { SyntaxFault } from './syntax-fault.js';

const timePattern =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:\.(?<fraction>\d+))?$/;

/**
 * RFC 3659 §2.3 `YYYYMMDDHHMMSS[.sss]`, in UTC, years 1 to 9999. Digits past the millisecond are cut; a leap second is read
 * as second 59. Throws SyntaxFault('time').
 */
export function parseTime(text: string): Date {
  const fields = timePattern.exec(text)?.groups;
  if (fields === undefined) throw fault();
  const [year, month, day] = [Number(fields['year']), Number(fields['month']), Number(fields['day'])];
  const [hour, minute, second] = [Number(fields['hour']), Number(fields['minute']), Number(fields['second'])];
  if (year < 1 || hour > 23 || minute > 59 || second > 60) throw fault();
  const date = new Date(0);
  // Date.UTC would take the years 1 to 99 for 1901 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw fault();
  const milliseconds = Number((fields['fraction'] ?? '').slice(0, 3).padEnd(3, '0'));
  date.setUTCHours(hour, minute, Math.min(second, 59), milliseconds);
  return date;
}

/** The inverse of {@link parseTime}, without fraction at a whole second. Throws SyntaxFault('time') outside years 1 to 9999. */
export function formatTime(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw fault();
  const digits = date.toISOString().replaceAll(/[-T:Z]/g, '');
  return digits.endsWith('.000') ? digits.slice(0, -4) : digits;
}

function fault(): SyntaxFault {
  return new SyntaxFault('time', 'A time is YYYYMMDDHHMMSS, with an optional fraction');
}
