/** What a terminal would act on instead of showing it: control characters, and those that turn the direction of text. */
const acting = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text of one line in which names of files and classes cannot steer the terminal: \n, \x1b and so on are spelt out. */
export function visible(text: string): string {
  return text.replace(acting, (character) => {
    if (character === '\n') return '\\n';
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}
