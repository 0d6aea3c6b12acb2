const MAX_LENGTH = 255;

/** Whether an account or a group can be called that: a name can be part of a path, and each is stored as it is written. */
export function isAccountName(text: string): boolean {
  return (
    text !== '' &&
    text.length <= MAX_LENGTH &&
    !text.startsWith('.') &&
    !/[/\\\p{Cc}\p{Cs}]/u.test(text) &&
    text.trim() === text
  );
}
