export type Work = 'download-file' | 'download-null' | 'upload' | 'small-down' | 'small-up' | 'sync';

/** What a contestant has to do, the same for all. JSON. */
export interface Job {
  readonly work: Work;
  readonly port: number;
  readonly tls: boolean;
  readonly connections: number;
  /** Only whether it works is asked: what logging in takes, which may be more, is not taken off. */
  readonly rough: boolean;
  /** Of the large file, in the server's root and in `source`. */
  readonly file: string;
  /** Of the large file. */
  readonly octets: number;
  /** In the server's `small` folder and in `source`'s. */
  readonly smallFiles: readonly string[];
  /** A folder on this machine: the very one that is served. Uploads go to the server's folder `in`, under the name they have. */
  readonly source: string;
  /** An empty folder on this machine, for downloads. */
  readonly target: string;
  /** A folder on this machine, of this contestant alone, to be made like the server's folder `tree`. */
  readonly tree: string;
}

/** What the work took, without logging in. */
export interface Sample {
  readonly seconds: number;
  /** Of the client's processor time, user and system. */
  readonly cpuSeconds: number;
}

/** A client to measure. */
export interface ClientContestant {
  readonly name: string;
  /** Why it cannot run here. */
  missing(): string | undefined;
  can(job: Pick<Job, 'work' | 'connections'>): boolean;
  /** Rejects, and leaves nothing running, when the work fails, takes too long or the signal comes. */
  run(job: Job, stop: AbortSignal): Promise<Sample>;
}

/** A run takes no longer. */
export const LONGEST_MS = 180_000;
export const HOST = '127.0.0.1';
export const USER = 'anonymous';
export const PASSWORD = 'bench@example.org';
