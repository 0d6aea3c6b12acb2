import { constants, closeSync, opendirSync, openSync, type Dir } from 'node:fs';
import { opendir } from 'node:fs/promises';
import type { DirectEntries, DirectoryCalls } from '../../connection/index.js';
import type { Pace } from '../../disk/index.js';
import type { EntryAttributes } from './disk-attributes.js';
import type { Held } from './disk-jail.js';
import { toDisk } from './disk-path.js';

/** Names that Node.js asks the kernel for in one go. */
const READ_AHEAD = 1024;
const RAW = { encoding: 'latin1', bufferSize: READ_AHEAD } as const;

/** A directory that is being read. Names are undecoded: each character is an octet. */
export interface OpenDirectory {
  /** Some names; none at the end. */
  readNames(): Promise<readonly string[]>;
  /** Of a name in it, links not followed; undefined where it has gone. Absent: they are read by path. */
  readonly attributesOf?: (name: string) => EntryAttributes | undefined;
  /** `names` and all that follow, beside the event loop; undefined where they are to be read here. */
  readonly readBeside?: (names: readonly string[]) => AsyncIterable<DirectEntries> | undefined;
  close(): void;
}

/** By system calls where there are any and the disk is fast, else as Node.js does it. */
export function openDirectory(held: Held, pace: Pace, directories: DirectoryCalls | undefined): Promise<OpenDirectory> {
  const path = toDisk(held.path);
  return pace.run<OpenDirectory>(
    () => (directories ? openByDescriptor(path, pace, directories) : new NodeDirectory(opendirSync(path, RAW), pace)),
    async () => new NodeDirectory(await opendir(path, RAW), pace),
  );
}

function openByDescriptor(path: string | Buffer, pace: Pace, directories: DirectoryCalls): OpenDirectory {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  const read = (): readonly string[] => directories.readNames(descriptor) ?? [];
  return {
    // No thread can do it, but a disk that is slow is found to be.
    readNames: () => pace.run(read, async () => read()),
    attributesOf: (name) => directories.attributesIn(descriptor, name),
    readBeside: (names) => directories.readBeside(descriptor, names),
    close: () => closeSync(descriptor),
  };
}

class NodeDirectory implements OpenDirectory {
  readonly #dir: Dir;
  readonly #pace: Pace;

  constructor(dir: Dir, pace: Pace) {
    this.#dir = dir;
    this.#pace = pace;
  }

  async readNames(): Promise<readonly string[]> {
    const first = await this.#pace.run(
      () => this.#dir.readSync(),
      () => this.#dir.read(),
    );
    if (first === null) return [];
    const names = [first.name];
    // That has filled the buffer, so these calls do not wait.
    while (names.length < READ_AHEAD) {
      const next = this.#dir.readSync();
      if (next === null) break;
      names.push(next.name);
    }
    return names;
  }

  close(): void {
    this.#dir.closeSync();
  }
}
