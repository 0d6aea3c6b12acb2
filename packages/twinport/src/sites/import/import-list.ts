import * as v from 'valibot';
import { MAX_SITE_NAME_LENGTH, type Site, siteNameFault, siteSchema } from '../site.js';

/** Something of a foreign file that was not taken over as it was, in words, and never a password. */
export interface ImportNote {
  /** As the foreign file calls the site. */
  readonly name: string;
  readonly message: string;
  /** The whole site, not a setting of it. */
  readonly skipped: boolean;
}

export interface ImportedSite {
  readonly name: string;
  readonly site: Site;
}

/** What a foreign file holds. */
export interface ImportedSites {
  readonly sites: readonly ImportedSite[];
  readonly notes: readonly ImportNote[];
}

/** What is no file of the kind it was read as. One line that says where, and shows nothing of the content. */
export class ImportFault extends Error {
  override readonly name = 'ImportFault';
  readonly code = 'IMPORT';
}

/** Sites that are taken from one file. */
export const MAX_IMPORTED_SITES = 10_000;

/** Collects sites under names that `NAME:path` can hold, each once. */
export class ImportList implements ImportedSites {
  readonly sites: ImportedSite[] = [];
  readonly notes: ImportNote[] = [];
  readonly #names = new Set<string>();

  /** Settings that are undefined are left out. */
  add(foreignName: string, settings: Readonly<Partial<Record<keyof Site, Site[keyof Site]>>>): void {
    if (this.sites.length >= MAX_IMPORTED_SITES) {
      throw new ImportFault(`there are more than ${MAX_IMPORTED_SITES} sites in it`);
    }
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const result = v.safeParse(siteSchema, Object.fromEntries(given));
    if (!result.success) {
      const [issue] = result.issues;
      const reason = issue.message.replace(/ but received .*$/s, '');
      return this.skip(foreignName, `${v.getDotPath(issue) ?? 'its settings'}: ${reason}`);
    }
    const name = this.#unused(foreignName);
    this.#names.add(name);
    if (name !== foreignName) this.note(foreignName, `is called ${name} here`);
    this.sites.push({ name, site: result.output });
  }

  note(name: string, message: string): void {
    this.notes.push({ name, message, skipped: false });
  }

  skip(name: string, message: string): void {
    this.notes.push({ name, message, skipped: true });
  }

  #unused(foreignName: string): string {
    const name = siteNameOf(foreignName);
    for (let number = 2, next = name; ; number += 1) {
      if (!this.#names.has(next)) return next;
      next = `${name.slice(0, MAX_SITE_NAME_LENGTH - 8)}-${number}`;
    }
  }
}

/** The nearest name that a site can have. */
function siteNameOf(foreignName: string): string {
  const plain = foreignName
    .toWellFormed()
    .replaceAll(/[:\p{Cc}]+/gu, '_')
    .trim();
  const started = plain
    .replace(/^[-./~\s]+/, '')
    .slice(0, MAX_SITE_NAME_LENGTH)
    .toWellFormed()
    .trim();
  const name = started.length < 2 ? `site-${started || 'imported'}` : started;
  return siteNameFault(name) === undefined ? name : 'imported';
}
