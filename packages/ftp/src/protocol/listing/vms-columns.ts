type Column = 'size' | 'day' | 'time' | 'owner' | 'protection';

/** What each column looks like. Servers put them in different orders, and leave out some. */
const FORMS: readonly (readonly [Column, RegExp])[] = [
  ['size', /^\d{1,12}(?:\/\d{1,12}|(?:\.\d{1,6})?[KMGT]?B)?(?=[ (]|$)/i],
  ['day', /^\d\d?-\p{L}{3,4}-\d{4}(?= |$)/u],
  ['time', /^\d\d?:\d\d(?::\d\d(?:\.\d\d)?)?(?=[ [(]|$)/],
  ['owner', /^\[[^\]]*\]/],
  ['protection', /^\([^)]*\)/],
  // Without brackets it could be anything, but not between a date and a protection.
  ['owner', /^[a-z_$][\w$-]{0,31}(?= \()/i],
];

/** `213/216 29-JAN-1996 03:33:12 [GROUP,OWNER] (RWED,RE,,)`; undefined when anything is none of the columns, or one is there twice. */
export function splitVmsColumns(text: string): ReadonlyMap<Column, string> | undefined {
  const columns = new Map<Column, string>();
  // Runs of spaces make one, so that no pattern has to try where one of them ends.
  let rest = text.trim().replaceAll(/\s+/g, ' ');
  while (rest !== '') {
    const found = FORMS.find(([column, form]) => !columns.has(column) && form.test(rest));
    const value = found?.[1].exec(rest)?.[0];
    if (found === undefined || value === undefined) return undefined;
    columns.set(found[0], value);
    rest = rest.slice(value.length).trimStart();
  }
  return columns;
}
