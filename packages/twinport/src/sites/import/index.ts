import { importFilezilla } from './filezilla.js';
import { ImportFault, type ImportedSites } from './import-list.js';
import { importLftp } from './lftp.js';
import { importWinscp } from './winscp.js';

export { ImportFault, type ImportNote, type ImportedSite, type ImportedSites } from './import-list.js';

/** Clients whose sites can be taken over. */
export const IMPORT_KINDS = ['filezilla', 'lftp', 'winscp'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Octets of a file of another client. */
export const MAX_IMPORT_LENGTH = 16 * 1024 * 1024;

const IMPORTERS: Readonly<Record<ImportKind, (source: string) => ImportedSites>> = {
  filezilla: importFilezilla,
  lftp: importLftp,
  winscp: importWinscp,
};

/** The sites in another client's file; `kind` is found out where it is not given. Throws ImportFault. */
export function importSites(content: Uint8Array, kind?: ImportKind): ImportedSites & { readonly kind: ImportKind } {
  const source = textOf(content);
  const found = kind ?? kindOf(source);
  if (found === undefined) {
    throw new ImportFault(
      `it is nothing that FileZilla, lftp or WinSCP wrote; say which with --from ${IMPORT_KINDS.join('|')}`,
    );
  }
  const { sites, notes } = IMPORTERS[found](source);
  return { kind: found, sites, notes };
}

/** Undefined where the text is nothing of these. */
function kindOf(source: string): ImportKind | undefined {
  if (/^\s*</.test(source)) return 'filezilla';
  if (/^\[(?:Sessions|Configuration)\\/m.test(source)) return 'winscp';
  return /^[^\s=[\]]+[ \t]+\S*[.:/]\S*[ \t]*$/m.test(source) ? 'lftp' : undefined;
}

function textOf(content: Uint8Array): string {
  const isUtf16 = content[0] === 0xff && content[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(content);
  } catch {
    // Older Windows programs write in the code page of the machine.
    return new TextDecoder('windows-1252').decode(content);
  }
}
