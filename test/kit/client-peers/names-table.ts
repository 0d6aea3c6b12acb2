/** Names that are awkward for somebody: a listing, a shell, a reply in quotes, an argument that is trimmed. */
export const NAMES: readonly string[] = [
  'with spaces and  two',
  'Žluťoučký kůň 漢字 🚀',
  '-leading-dash',
  '[x]',
  'star*',
  'what?',
  '{a,b}',
  "it's",
  'say "hi"',
  'back\\slash',
  'semi;colon=x',
  '~tilde',
  '%41',
  '#hash',
  'a -> b',
  '...',
  '-la',
  ' leading space',
  'trailing space ',
  'tab\there',
];

/** `caf\xe9`, which is no UTF-8. As the client writes it, and as it is on disk. */
export const NOT_UTF8 = { name: 'caf\udce9', bytes: Buffer.from([0x63, 0x61, 0x66, 0xe9]) };
