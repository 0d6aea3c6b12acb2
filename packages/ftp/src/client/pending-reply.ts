import { type Reply, isPreliminary } from '../protocol/index.js';
import { canAnswer, isTransfer } from './expected-reply.js';

/** The reply, or replies, that a command is owed: at most one that says it has begun, and one that says how it ended. */
export class PendingReply {
  readonly verb: string;
  /** Milliseconds that the next reply may take; undefined while it may take any time. */
  withinMs: number | undefined;
  /** Of any kind: tells that the command has begun, or how it ended. */
  readonly first: Promise<Reply>;
  /** How it ended. */
  readonly final: Promise<Reply>;
  #preliminary: Reply | undefined;
  #settled = false;
  #begin: (reply: Reply) => void = () => {};
  #end: (reply: Reply) => void = () => {};
  #failFirst: (error: Error) => void = () => {};
  #failFinal: (error: Error) => void = () => {};

  constructor(verb: string, withinMs: number) {
    this.verb = verb;
    this.withinMs = withinMs;
    this.first = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#failFirst = reject;
    });
    this.final = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#failFinal = reject;
    });
    // Whoever awaits only one of them still hears of the failure by that one.
    this.first.catch(() => {});
    this.final.catch(() => {});
  }

  get preliminary(): Reply | undefined {
    return this.#preliminary;
  }

  get settled(): boolean {
    return this.#settled;
  }

  accepts(reply: Reply): boolean {
    return canAnswer(this.verb, reply);
  }

  /** Returns whether that was the last one. */
  take(reply: Reply): boolean {
    this.#begin(reply);
    if (isPreliminary(reply.code)) {
      this.#preliminary ??= reply;
      // What has begun is timed by whoever watches its data.
      if (isTransfer(this.verb)) this.withinMs = undefined;
      return false;
    }
    this.#settled = true;
    this.#end(reply);
    return true;
  }

  fail(error: Error): void {
    this.#settled = true;
    this.#failFirst(error);
    this.#failFinal(error);
  }
}
