/** Answers to logins that are held back. */
export class HeldAnswers {
  readonly #waiting = new Set<() => void>();

  /** Waits that long, or until `release` is called or `signal` aborts. */
  async hold(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (milliseconds === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(over);
        signal.removeEventListener('abort', over);
        resolve();
      };
      const timer = setTimeout(over, milliseconds);
      this.#waiting.add(over);
      signal.addEventListener('abort', over);
    });
  }

  release(): void {
    for (const over of this.#waiting) over();
  }
}
