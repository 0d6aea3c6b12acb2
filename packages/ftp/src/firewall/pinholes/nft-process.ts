import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { complaintBefore } from './nft-answer.js';
import { NftFault, nftFault } from './nft-fault.js';

/** Transactions of one nft: it remembers each line, and looks through all of them at the next. */
const RUNS_PER_PROCESS = 2_000;

/** A line of commands that nft has not answered yet. */
interface Pending {
  readonly commands: string;
  readonly mark: string;
  readonly settle: (fault?: NftFault) => void;
}

/** `nft -i`, kept running: to start one takes longer than a transfer of a small file. Started when needed, and again when it has ended. */
export class NftProcess {
  readonly #answerMs: number;
  #child: ChildProcessWithoutNullStreams | undefined;
  #pending: Pending | undefined;
  #stderr = '';
  #runs = 0;

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  /** Runs a line of commands as one transaction, one call at a time. Rejects with NftFault; after `ended` and `late` it may have been done nevertheless. */
  run(commands: string): Promise<void> {
    const child = (this.#child ??= this.#start());
    this.#runs += 1;
    const mark = `end-${this.#runs}`;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        this.#settle(new NftFault('late', `nft has not answered within ${this.#answerMs} ms`));
      }, this.#answerMs);
      const settle = (fault?: NftFault): void => {
        clearTimeout(late);
        if (fault) reject(fault);
        else resolve();
      };
      this.#pending = { commands, mark, settle };
      child.stdin.write(`${commands}\n${mark}\n`);
    });
  }

  /** Its end of input ends it, as it does when this process is killed. */
  end(): void {
    this.#child?.stdin.end();
    this.#child = undefined;
  }

  #start(): ChildProcessWithoutNullStreams {
    const { HOME: _, PATH = '', ...env } = process.env; // without a home it writes no history
    // In a group of its own, so that Ctrl-C does not end it before the last transfer has.
    const child = spawn('nft', ['-i'], { detached: true, env: { ...env, PATH: `${PATH}:/usr/sbin:/sbin` } });
    child.once('error', (cause) => this.#ended(child, notStarted(cause)));
    const { stdin }: ChildProcess = child;
    if (!stdin) throw new NftFault('ended', 'nft could not be started: too many files are open');
    this.#runs = 0;
    this.#stderr = '';
    child.stdout.resume();
    stdin.on('error', () => {}); // its end tells more
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (this.#child === child) this.#heard(text);
    });
    child.once('close', (code, signal) =>
      this.#ended(child, new NftFault('ended', `nft has ended (${signal ?? code}) ${this.#stderr.trim()}`.trim())),
    );
    return child;
  }

  #heard(text: string): void {
    this.#stderr += text;
    if (!this.#pending) return;
    const { mark, commands } = this.#pending;
    const complaint = complaintBefore(mark, commands, this.#stderr);
    if (complaint === undefined) return;
    this.#stderr = '';
    this.#settle(complaint === '' ? undefined : nftFault(complaint));
  }

  #settle(fault?: NftFault): void {
    const { settle } = this.#pending ?? {};
    this.#pending = undefined;
    if (fault?.code === 'late') this.#child = undefined;
    if (this.#runs >= RUNS_PER_PROCESS) this.end();
    settle?.(fault);
  }

  #ended(child: ChildProcessWithoutNullStreams, fault: NftFault): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#settle(fault);
  }
}

function notStarted(cause: NodeJS.ErrnoException): NftFault {
  if (cause.code === 'ENOENT') return new NftFault('not-installed', 'nft is not installed', { cause });
  return new NftFault('ended', `nft could not be started: ${cause.message}`, { cause });
}
