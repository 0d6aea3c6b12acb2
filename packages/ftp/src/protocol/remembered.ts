/** `make`, which is a function of a whole number, with its result for the last number of each of `slots` remainders kept. */
export function remembered<Result>(slots: number, make: (number: number) => Result): (number: number) => Result {
  const kept: { readonly number: number; readonly result: Result }[] = [];
  return (number) => {
    const slot = Math.abs(number % slots);
    const known = kept[slot];
    if (known?.number === number) return known.result;
    const result = make(number);
    kept[slot] = { number, result };
    return result;
  };
}
