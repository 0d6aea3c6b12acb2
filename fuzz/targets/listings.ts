import { ListingParser, type ListedEntry, SyntaxFault, decodeText, parseMlstFacts } from '@twinport/ftp/protocol';

const NOW = new Date('2024-07-15T12:00:00Z');
const FORMATS = [undefined, 'mlsd', 'unix', 'dos', 'vms', 'mvs', 'pds', 'jes', 'zvm', 'os400', 'names'] as const;
const LARGEST_LINE = 1024;
const LARGEST_REST = 8;

/** Listings of any bytes: nothing throws, every line is accounted for, and no name is more than a component. */
export const listingTargets: Record<string, (bytes: Uint8Array) => void> = {
  /** The first byte chooses the format. */
  listing: (bytes) => {
    const format = FORMATS[(bytes[0] ?? 0) % FORMATS.length];
    const parser = new ListingParser({
      now: NOW,
      maxLineLength: LARGEST_LINE,
      maxUnparsed: LARGEST_REST,
      ...(format === undefined ? {} : { format }),
    });
    const lines = decodeText(bytes).split('\n');
    let entries = 0;
    for (const line of lines) {
      for (const entry of parser.push(line)) {
        checkEntry(entry);
        expect(format === undefined || entry.format === format, 'no other format than the named one is read');
        entries += 1;
      }
    }
    expect(parser.end().length === 0, 'nothing is complete without its line');
    expect(entries + parser.unparsedCount <= lines.length, 'a line is an entry or not understood, but once');
    expect(parser.unparsed.length <= LARGEST_REST, 'not more lines are kept than the limit');
    expect(!parser.unparsed.some((line) => line.length > LARGEST_LINE), 'no kept line is longer than the limit');
  },

  parseMlstFacts: (bytes) => {
    try {
      const entry = parseMlstFacts(decodeText(bytes));
      if (entry.name !== '/') checkEntry(entry);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
    }
  },
};

function checkEntry({ name, size, mode, modified, created }: ListedEntry): void {
  expect(name !== '' && name !== '.' && name !== '..', 'a name is a component');
  expect(!['/', '\0', '\r', '\n'].some((character) => name.includes(character)), 'a name holds no separator');
  expect(size === undefined || (Number.isSafeInteger(size) && size >= 0), 'a size is exact');
  expect(mode === undefined || (mode >= 0 && mode <= 0o7777), 'a mode is permission bits');
  for (const time of [modified, created]) {
    expect(!Number.isNaN(time?.at.getTime()), 'a time is one');
  }
}

function expect(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`Broken promise: ${promise}`);
}
