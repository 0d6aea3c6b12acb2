import type { ListedTime } from './listed-entry.js';
import type { ListingContext } from './listing-format.js';
import { type Clock, fullYear, serverTime } from './listed-time.js';

const DATE = /^(\d{2,4})([-/.,])(\d\d)\2(\d{2,4})$/;
type Order = 'ymd' | 'mdy' | 'dmy';
const ORDERS: readonly Order[] = ['mdy', 'ymd', 'dmy'];

/**
 * Reads dates whose order the server's settings decide: `06/11/97`, `97/06/11`, `11.06.97`, `1997-06-11`. A date that fits one order
 * only tells it for the lines that follow; until then the American order is tried first, then the year first.
 */
export class ShortDateReader {
  readonly #context: ListingContext;
  #known: Order | undefined;

  constructor(context: ListingContext) {
    this.#context = context;
  }

  /** Undefined when the text is no date, or none that exists. */
  read(text: string, clock: Clock | undefined): ListedTime | undefined {
    const parts = DATE.exec(text);
    if (parts === null) return undefined;
    const numbers = [parts[1] ?? '', parts[3] ?? '', parts[4] ?? ''] as const;
    const isDotted = parts[2] === '.' && numbers[0].length === 2;
    const possible = (isDotted ? (['dmy'] as const) : ORDERS).filter(
      (order) => this.#time(numbers, order) !== undefined,
    );
    if (possible.length === 1) this.#known ??= possible[0];
    const order = possible.find((each) => each === this.#known) ?? possible[0];
    return order === undefined ? undefined : this.#time(numbers, order, clock);
  }

  #time(numbers: readonly [string, string, string], order: Order, clock?: Clock): ListedTime | undefined {
    const year = numbers[order === 'ymd' ? 0 : 2];
    const month = numbers[order === 'mdy' ? 0 : 1];
    const day = order === 'ymd' ? numbers[2] : numbers[order === 'mdy' ? 1 : 0];
    if (month.length !== 2 || day.length !== 2 || year.length === 3) return undefined;
    return serverTime(this.#context, fullYear(year), Number(month), Number(day), clock);
  }
}
