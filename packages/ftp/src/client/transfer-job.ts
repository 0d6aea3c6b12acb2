import { LinkedSignal } from './linked-signal.js';
import type { DataPath, Progress, Transfer, TransferOptions, TransferResult } from './contract.js';

/** Progress is told this often at most. */
const PROGRESS_MS = 100;
/** The rate is that of the last so many reports: a few seconds. */
const RATE_SAMPLES = 30;

/** A running transfer as its caller sees it. */
export class TransferJob implements Transfer {
  readonly [Symbol.toStringTag] = 'Transfer';
  readonly started = performance.now();
  /** Octets of the file so far. */
  octets = 0;
  total: number | undefined;
  dataPath: DataPath | undefined;
  attempt = 1;
  /** Told of progress, beside the caller. */
  onReached: () => void = () => {};
  readonly #link: LinkedSignal;
  readonly #result: Promise<TransferResult>;
  readonly #onProgress: TransferOptions['onProgress'];
  readonly #samples: { readonly at: number; readonly octets: number }[] = [];
  #reported = 0;
  #ended = false;
  #wake: () => void = () => {};

  constructor(
    run: (job: TransferJob) => Promise<TransferResult>,
    { signal, onProgress }: Pick<TransferOptions, 'signal' | 'onProgress'> = {},
  ) {
    this.#link = new LinkedSignal(signal);
    this.#onProgress = onProgress;
    this.#result = Promise.resolve()
      .then(() => run(this))
      .finally(() => {
        this.#ended = true;
        this.#link.unlink();
        this.#wake();
      });
  }

  get signal(): AbortSignal {
    return this.#link.signal;
  }

  abort(reason?: unknown): void {
    this.#link.abort(reason);
  }

  /** So many octets of the file are there now. */
  reached(octets: number): void {
    this.octets = octets;
    const now = performance.now();
    if (now - this.#reported < PROGRESS_MS && octets !== this.total) return;
    this.#reported = now;
    this.#samples.push({ at: now, octets });
    if (this.#samples.length > RATE_SAMPLES) this.#samples.shift();
    this.#onProgress?.(this.progress);
    this.onReached();
    this.#wake();
  }

  get progress(): Progress {
    const { octets, total, dataPath, attempt } = this;
    const first = this.#samples[0] ?? { at: this.started, octets: 0 };
    const seconds = (performance.now() - first.at) / 1_000;
    const moved = octets - first.octets;
    return { octets, total, rate: seconds > 0 && moved > 0 ? moved / seconds : 0, dataPath, attempt };
  }

  get milliseconds(): number {
    return Math.round(performance.now() - this.started);
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise, with more to it
  then<A = TransferResult, B = never>(
    onDone?: ((result: TransferResult) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#result.then(onDone, onFailed);
  }

  catch<B = never>(onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<TransferResult | B> {
    return this.#result.catch(onFailed);
  }

  finally(onEnded?: (() => void) | null): Promise<TransferResult> {
    return this.#result.finally(onEnded);
  }

  /** Progress as it comes, the newest only; throws what the transfer rejects with. */
  async *[Symbol.asyncIterator](): AsyncIterator<Progress> {
    this.#result.catch(() => {}); // told at the end
    while (!this.#ended) {
      const progressed = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      yield this.progress;
      await progressed;
    }
    await this.#result;
    yield this.progress;
  }
}
