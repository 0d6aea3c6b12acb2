/** Names in commands may hold anything: nothing of them may move a cursor, or turn the direction of the text. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, escape);
}

const IN_ASCII: Readonly<Record<string, string>> = {
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '…': '...',
  '→': '->',
  '\u00a0': ' ',
};

export function toAscii(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/gu, (character) => IN_ASCII[character] ?? escape(character));
}

function escape(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`;
}
