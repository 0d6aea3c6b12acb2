import type { DataPath, Progress, TransferResult } from '@twinport/ftp/client';
import { printable } from '../../daemon/printable.js';
import { count, formatRate, formatSize, formatTaken } from '../amounts.js';
import type { Screen } from '../screen.js';
import { type FileProgress, type TotalProgress, fileLine, totalLine } from './layout.js';

/** Between two drawings on a terminal. */
const DRAW_MS = 100;
/** Between two lines where there is no terminal. */
const LINE_MS = 10_000;
/** Rows of the terminal that are left to messages. */
const SPARE_ROWS = 3;
/** Over which the rate of all files together is taken. */
const RATE_WINDOW_MS = 5_000;

export const describeDataPath = ({ mode, command }: DataPath): string => `${mode} ${command}`;

export interface BoardOptions {
  /** Shows nothing until the end: what is transferred is itself on the terminal. Default false. */
  readonly silent?: boolean;
  /** The clock, milliseconds. */
  readonly now?: () => number;
}

export type FileResult = Pick<TransferResult, 'outcome' | 'octets' | 'size' | 'dataPath' | 'tls'>;

/** One file on its way: told how far it is, and once how it ended. */
export interface BoardFile {
  readonly progress: (progress: Pick<Progress, 'octets' | 'total' | 'rate' | 'dataPath'>) => void;
  readonly finished: (result: FileResult) => void;
  readonly failed: () => void;
}

interface Running {
  name: string;
  octets: number;
  /** What was there before: no part of what this run moved. */
  start: number | undefined;
  total: number | undefined;
  rate: number;
}

const movedOf = ({ octets, start = octets }: Running): number => octets - start;

/** The progress of all files of a command: a block of lines on a terminal, a line now and then elsewhere, and the sum at the end. */
export class Board {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #began: number;
  readonly #running = new Set<Running>();
  /** Octets that this run had moved by then. */
  readonly #samples: { readonly at: number; readonly moved: number }[];
  #timer: NodeJS.Timeout | undefined;
  #filesTotal = 0;
  #octetsTotal: number | undefined = 0;
  #transferred = 0;
  #filesDone = 0;
  #doneOctets = 0;
  #moved = 0;
  #dataPath: DataPath | undefined;
  #tls: TransferResult['tls'];

  constructor(screen: Screen, { now = Date.now, silent = false }: BoardOptions = {}) {
    this.#screen = screen;
    this.#now = now;
    this.#began = now();
    this.#samples = [{ at: this.#began, moved: 0 }];
    if (screen.quiet || silent) return;
    this.#timer = setInterval(() => this.tick(), screen.isTerminal ? DRAW_MS : LINE_MS);
    this.#timer.unref();
  }

  /** Files that will come, and their octets where known. */
  expect(files: number, octets: number | undefined): void {
    this.#filesTotal += files;
    this.#octetsTotal =
      octets === undefined || this.#octetsTotal === undefined ? undefined : this.#octetsTotal + octets;
  }

  start(name: string, total?: number): BoardFile {
    const file: Running = { name: printable(name), octets: 0, start: undefined, total, rate: 0 };
    this.#running.add(file);
    return {
      progress: ({ octets, total: whole, rate, dataPath }) => {
        file.start ??= octets;
        file.octets = octets;
        file.total = whole ?? file.total;
        file.rate = rate;
        this.#dataPath = dataPath ?? this.#dataPath;
      },
      finished: (result) => this.#finished(file, result),
      failed: () => this.#ended(file, file.octets, movedOf(file)),
    };
  }

  #finished(file: Running, { outcome, octets, size, dataPath, tls }: FileResult): void {
    if (outcome === 'transferred') this.#transferred++;
    this.#dataPath = dataPath ?? this.#dataPath;
    this.#tls = tls ?? this.#tls;
    this.#ended(file, size, octets);
  }

  #ended(file: Running, octets: number, moved: number): void {
    if (!this.#running.delete(file)) return;
    this.#filesDone++;
    this.#doneOctets += octets;
    this.#moved += moved;
  }

  /** Draws, or says, where things stand. */
  tick(): void {
    if (!this.#screen.isTerminal) {
      if (this.#running.size > 0) this.#screen.say(totalLine(this.#total(), Number.POSITIVE_INFINITY));
      return;
    }
    const { columns, rows, paint } = this.#screen;
    const files = Array.from(this.#running, (file): FileProgress => file).slice(0, Math.max(1, rows - SPARE_ROWS));
    const lines = files.map((file) => fileLine(file, columns, paint));
    this.#screen.draw([...lines, totalLine(this.#total(), columns, paint)]);
  }

  #total(): TotalProgress {
    const octets = Array.from(this.#running).reduce((sum, file) => sum + file.octets, this.#doneOctets);
    return {
      filesDone: this.#filesDone,
      filesTotal: Math.max(this.#filesTotal, this.#filesDone + this.#running.size),
      octets,
      total: this.#octetsTotal,
      rate: this.#rate(),
      dataPath: this.#dataPath && describeDataPath(this.#dataPath),
    };
  }

  #rate(): number {
    const at = this.#now();
    const moved = Array.from(this.#running).reduce((sum, file) => sum + movedOf(file), this.#moved);
    this.#samples.push({ at, moved });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > RATE_WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    return first && at > first.at ? Math.max(0, ((moved - first.moved) / (at - first.at)) * 1000) : 0;
  }

  /** Takes the block away. Whoever calls it has nothing more to show. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#screen.clear();
  }

  get milliseconds(): number {
    return this.#now() - this.#began;
  }

  get dataPath(): DataPath | undefined {
    return this.#dataPath;
  }

  get transferred(): number {
    return this.#transferred;
  }

  /** What is said at the end: `12 files, 3.4 MiB in 2.1 s, 1.6 MiB/s, passive EPSV, TLSv1.3`. */
  summary(octets: number = this.#moved): string {
    const { milliseconds } = this;
    const parts = [
      count(this.#transferred, 'file'),
      `${formatSize(octets)} in ${formatTaken(milliseconds)}`,
      ...(milliseconds >= 1000 && octets > 0 ? [formatRate((octets / milliseconds) * 1000)] : []),
      ...(this.#dataPath ? [describeDataPath(this.#dataPath)] : []),
      ...(this.#tls ? [this.#tls.protocol] : []),
    ];
    return parts.join(', ');
  }
}
