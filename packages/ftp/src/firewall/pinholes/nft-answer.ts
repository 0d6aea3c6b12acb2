const LONGEST_COMPLAINT = 300;
/** nft points at where an error is. */
const POINTER = /^[\s^~]*$/;

/**
 * What nft complained of in a line of commands. It answers nothing when they have worked, so behind them an end mark is sent, a word
 * that it does not know: it says so on stderr, after whatever it says of the commands. Undefined while the mark is not there yet.
 */
export function complaintBefore(mark: string, commands: string, stderr: string): string | undefined {
  const lines = stderr.split('\n');
  const end = lines.indexOf(mark);
  if (end < 1) return undefined;
  // The line above the mark is of the mark itself; pointers at the last mark may be left.
  const complaints = lines.slice(0, end - 1).filter((line) => line !== commands && !POINTER.test(line));
  return [...new Set(complaints)].join('; ').slice(0, LONGEST_COMPLAINT);
}
