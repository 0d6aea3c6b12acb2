import type { ListedTime } from './listed-entry.js';
import type { ListingContext } from './listing-format.js';
import { type Clock, fullYear, serverTime } from './listed-time.js';

const DATE = /^(\d{2,4})([-/.,])(\d\d)\2(\d{2,4})$/;
type Order = 'ymd' | 'mdy' | 'dmy';
type Parts = readonly [string, string, string];
const ORDERS: readonly Order[] = ['mdy', 'ymd', 'dmy'];

/**
 * Reads dates whose order the server's settings decide: `06/11/97`, `97/06/11`, `11.06.97`, `1997-06-11`. What an order makes no
 * date of rules it out for the lines that follow. Of those that are left the American order is taken first, then the year first.
 */
export class ShortDateReader {
  readonly #context: ListingContext;
  #left: readonly Order[] = ORDERS;

  constructor(context: ListingContext) {
    this.#context = context;
  }

  /** Undefined when the text is no date, or none that exists. */
  read(text: string, clock: Clock | undefined): ListedTime | undefined {
    const match = DATE.exec(text);
    if (match === null) return undefined;
    const parts: Parts = [match[1] ?? '', match[3] ?? '', match[4] ?? ''];
    const orders: readonly Order[] = match[2] === '.' && parts[0].length === 2 ? ['dmy'] : ORDERS;
    const possible = orders.filter((order) => this.#time(parts, order) !== undefined);
    const left = this.#left.filter((order) => possible.includes(order));
    if (left.length > 0) this.#left = left;
    const order = left[0] ?? possible[0];
    return order === undefined ? undefined : this.#time(parts, order, clock);
  }

  #time(parts: Parts, order: Order, clock?: Clock): ListedTime | undefined {
    const year = parts[order === 'ymd' ? 0 : 2];
    const month = parts[order === 'mdy' ? 0 : 1];
    const day = order === 'ymd' ? parts[2] : parts[order === 'mdy' ? 1 : 0];
    if (month.length !== 2 || day.length !== 2 || year.length === 3) return undefined;
    return serverTime(this.#context, fullYear(year), Number(month), Number(day), clock);
  }
}
