import { englishMonths, monthsByName } from './month-table.js';

/** Longer words are not looked up. */
const LONGEST_MONTH = 16;
/** Where the bytes that are not UTF-8 are found in text (see `decodeText`). */
const ESCAPED_BYTE_BASE = 0xdc00;

/** The month, 1 to 12, whose name or abbreviation a word is, in any of the languages of the table. */
export function parseMonth(word: string): number | undefined {
  return englishMonths.get(word) ?? (word.length <= LONGEST_MONTH ? monthsByName.get(foldMonth(word)) : undefined);
}

/** Lower case, without accents and without a full stop or a comma. Bytes that are not UTF-8 are taken for Latin-1. */
function foldMonth(word: string): string {
  return word
    .replace(/[.,]+$/, '')
    .replaceAll(/[\uDC80-\uDCFF]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) - ESCAPED_BYTE_BASE))
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase();
}
