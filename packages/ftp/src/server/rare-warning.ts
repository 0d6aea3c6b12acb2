const EVERY_MS = 60_000;

/** A warning that strangers can cause at will: told once a minute, with how often it came meanwhile. */
export class RareWarning {
  readonly #tell: (message: string) => void;
  #quietUntil = 0;
  #untold = 0;

  constructor(tell: (message: string) => void) {
    this.#tell = tell;
  }

  report(message: string): void {
    const now = performance.now();
    if (now < this.#quietUntil) {
      this.#untold += 1;
      return;
    }
    this.#tell(this.#untold > 0 ? `${message}; ${this.#untold} more since the last warning of this kind` : message);
    this.#quietUntil = now + EVERY_MS;
    this.#untold = 0;
  }
}
