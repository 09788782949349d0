/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, lists are joined, null and false are nothing. */
export type Content = string | number | Html | null | false | readonly Content[];

/** HTML of a template in which every text that comes from outside is escaped, in elements and in quoted attributes alike. */
export function markup(parts: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(parts.map((part, i) => part + (i < contents.length ? written(contents[i]!) : '')).join(''));
}

function written(content: Content): string {
  if (content instanceof Html) return content.text;
  if (content === null || content === false) return '';
  if (typeof content === 'string' || typeof content === 'number') return escaped(String(content));
  return content.map(written).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * What HTML would act on is spelt as entities; what it has no way to write, control characters and halves of surrogate
 * pairs, becomes U+FFFD, and characters that turn the direction of text are left out, so that no name poses as another.
 */
export function escaped(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/(?![\t\n])[\p{Cc}\p{Cs}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character]!);
}
