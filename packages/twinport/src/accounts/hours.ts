const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const FORM =
  /^(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))? )?([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)(?: (\S+))?$/;
const DAY_MINUTES = 24 * 60;

/** When an account may log in: `08:00-18:00`, `Mon-Fri 22:00-06:00 Europe/Berlin`. */
interface Hours {
  /** Of the beginning; Monday is 0. */
  readonly days: ReadonlySet<number>;
  /** Minutes of the day. Not before `from`: over midnight. */
  readonly from: number;
  readonly to: number;
  /** Default: that of this system. */
  readonly zone?: string;
}

export function isHours(text: string): boolean {
  return parseHours(text) !== undefined;
}

/** Whether an instant is in one of them. */
export function isInHours(instant: Date, hours: readonly string[]): boolean {
  return hours.some((text) => {
    const parsed = parseHours(text);
    return parsed !== undefined && isWithin(instant, parsed);
  });
}

function parseHours(text: string): Hours | undefined {
  const [whole, first, last, fromHour, fromMinute, toHour, toMinute, zone] = FORM.exec(text) ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (whole === undefined || from >= DAY_MINUTES || to > DAY_MINUTES || (zone !== undefined && !isZone(zone)))
    return undefined;
  return { days: daysOf(first, last), from, to, ...(zone !== undefined && { zone }) };
}

function daysOf(first: string | undefined, last = first): ReadonlySet<number> {
  if (first === undefined || last === undefined) return new Set(DAYS.keys());
  const start = DAYS.indexOf(first);
  const count = ((DAYS.indexOf(last) - start + DAYS.length) % DAYS.length) + 1;
  return new Set(Array.from({ length: count }, (_, index) => (start + index) % DAYS.length));
}

function isZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false; // the only way to ask
  }
}

function isWithin(instant: Date, { days, from, to, zone }: Hours): boolean {
  const format = Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(zone !== undefined && { timeZone: zone }),
  });
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const day = DAYS.indexOf(parts.get('weekday') ?? '');
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  if (from < to) return days.has(day) && minute >= from && minute < to;
  const dayBefore = (day + DAYS.length - 1) % DAYS.length;
  return (days.has(day) && minute >= from) || (days.has(dayBefore) && minute < to);
}
