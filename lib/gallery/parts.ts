import type { Fact, Guess, Picture } from './data.js';
import { markup, type Html } from './markup.js';

/** A picture; what it shows is said to whoever does not see it. */
export function image({ src, width, height }: Picture, alt: string): Html {
  return markup`<img src="${src}" width="${width}" height="${height}" alt="${alt}" />`;
}

/** The name of a file: its direction of writing does not change what is beside it. */
export function fileName(file: string): Html {
  return markup`<bdi>${file}</bdi>`;
}

export function nameOf({ name, class: index }: Pick<Guess, 'name' | 'class'>): string {
  return name ?? `class ${index}`;
}

/** A probability. */
export function percent(posterior: number): string {
  return posterior < 0.001 ? '<\u00a00.1\u00a0%' : `${(100 * posterior).toFixed(1)}\u00a0%`;
}

/** A duration, in three digits at most. */
export function duration(milliseconds: number): string {
  const [value, unit] = milliseconds < 999.5 ? [milliseconds, 'ms'] : [milliseconds / 1000, 's'];
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)}\u00a0${unit}`;
}

/** Ends a caption with how long the thing took. */
export function took(milliseconds: number | null): string {
  return milliseconds === null ? '' : ` · ${duration(milliseconds)}`;
}

export function factTable(caption: string, facts: readonly Fact[]): Html {
  return markup`<table class="facts">
<caption>${caption}</caption>
<tbody>
${facts.map(({ name, value }) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)}</tbody>
</table>`;
}

/** A table with a head; of columns from the second on, those named in `numbers` hold numbers. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  kind: 'numbers' | 'texts',
): Html {
  const cell = (text: string) =>
    kind === 'numbers' ? markup`<td class="number">${text}</td>` : markup`<td>${text}</td>`;
  return markup`<table class="${kind}">
<caption>${caption}</caption>
<thead><tr>${head.map((text, i) => markup`<th scope="col"${kind === 'numbers' && i > 0 && markup` class="number"`}>${text}</th>`)}</tr></thead>
<tbody>
${rows.map(([first, ...rest]) => markup`<tr><th scope="row">${first!}</th>${rest.map(cell)}</tr>\n`)}</tbody>
</table>`;
}
