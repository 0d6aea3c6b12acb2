import type { LoginMemory, Pinholes } from '@twinport/ftp/server';
import type { FromWorker, Question, ToWorker } from './messages.js';

/** What all workers have in common. */
export interface Shared {
  readonly throttle: LoginMemory;
  /** Absent where the firewall is left as it is. */
  readonly pinholes?: Pinholes | undefined;
}

type Asked = Extract<FromWorker, { kind: 'ask' }>;
type Answer = Extract<ToWorker, { kind: 'answer' }>;

/** Does what one worker asks for. */
export class Answers {
  readonly #shared: Shared;
  readonly #pinholes = new Map<number, () => void>();
  #lastPinhole = 0;
  #ended = false;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  async answer({ id, question }: Asked): Promise<Answer> {
    try {
      const value = await this.#to(question);
      return { kind: 'answer', id, ...(value !== undefined && { value }) };
    } catch (error) {
      return { kind: 'answer', id, fault: error instanceof Error ? error.message : String(error) };
    }
  }

  shut(pinhole: number): void {
    this.#pinholes.get(pinhole)?.();
    this.#pinholes.delete(pinhole);
  }

  /** Nobody is there any more to shut what is open. */
  end(): void {
    this.#ended = true;
    for (const shut of this.#pinholes.values()) shut();
  }

  async #to(question: Question): Promise<number | void> {
    const { throttle, pinholes } = this.#shared;
    if (question.about === 'delay') return await throttle.delayOf(question.address);
    if (question.about !== 'pinhole') return await throttle[question.about](question.address, question.user);
    const shut = await pinholes?.open(question.hole);
    if (!shut) return;
    if (this.#ended) return shut();
    this.#pinholes.set(++this.#lastPinhole, shut);
    return this.#lastPinhole;
  }
}
