/**
 * Waits for whoever is at our own end of a transfer: a source that says nothing and a reader that reads nothing would hold it for
 * ever, even when it was given up or the server has ended it. One wait at a time.
 */
export class Interruption {
  #error: Error | undefined;
  #reject: (error: Error) => void = () => {};

  /** Ends the wait under way and all to come. The first error is kept. */
  interrupt(error: Error): void {
    this.#error ??= error;
    this.#reject(this.#error);
  }

  /** Settles as the promise does, unless it is interrupted before. */
  wait<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
      if (this.#error) reject(this.#error);
    });
  }
}
