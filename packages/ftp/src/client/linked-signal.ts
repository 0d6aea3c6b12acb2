/** Several signals as one. `AbortSignal.any` of Node 20 forgets its sources when they are time limits that nobody else holds. */
export class LinkedSignal {
  readonly signal: AbortSignal;
  readonly #sources: readonly AbortSignal[];
  readonly #controller = new AbortController();

  constructor(...sources: readonly (AbortSignal | undefined)[]) {
    this.signal = this.#controller.signal;
    this.#sources = sources.filter((source) => source !== undefined);
    for (const source of this.#sources) {
      if (source.aborted) this.#controller.abort(source.reason);
      source.addEventListener('abort', this.#onAbort, { once: true });
    }
  }

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /** Once nothing depends on it any more: the sources may live longer. */
  unlink(): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (event: Event): void => {
    this.#controller.abort(event.target instanceof AbortSignal ? event.target.reason : undefined);
  };
}
