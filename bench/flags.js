/** The command lines of the programs of this folder: --help, and one line about what is wrong (exit code 2). */
import { Command, InvalidArgumentError } from 'commander';

/**
 * A program without arguments whose flags are still to be added with `option`; what it is given is refused unless it is
 * one of them, with the nearest name.
 *
 * @param name   of the file, such as 'compare.js'
 * @param about  one sentence: what it measures
 * @param page   of docs, where what was measured stands
 */
export function program(name, about, page = 'performance') {
  return new Command(`node bench/${name}`)
    .description(`${about} The head of bench/${name} and docs/${page}.md say more.`)
    .helpOption('-h, --help', 'show this text')
    .configureHelp({ optionDescription: described })
    .configureOutput({ outputError: (text, write) => write(`${name}: ${inOneLine(text)}\n`) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

/** With the default as one would type it, and without one that is no bound at all. */
function described(option) {
  const { description, defaultValue } = option;
  if (defaultValue === undefined || defaultValue === Infinity || defaultValue.length === 0) return description;
  return `${description} (default: ${String(defaultValue)})`;
}

function inOneLine(text) {
  return text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
}

/** A number of things: at least 1. */
export function count(text) {
  if (/^\d+$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

/** Seconds or minutes: 0 or more. */
export function duration(text) {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of at least 0.');
}

/** Several such numbers with commas between them. */
export function counts(text) {
  return text.split(',').map(count);
}

/** Several names with commas between them, of `known` ones where these are given. */
export function names(known = null) {
  return (text) => {
    const all = text.split(',');
    const strange = all.find((name) => name === '' || (known && !known.includes(name)));
    if (strange === undefined) return all;
    throw new InvalidArgumentError(known ? `'${strange}' is none of ${known.join(', ')}.` : 'A name is empty.');
  };
}

/** Flags that may be given several times: all their values. */
export function collected(text, before) {
  return [...before, text];
}
