import { isDeepStrictEqual } from 'node:util';
import type { Command, Option } from 'commander';
import type { FileRecord } from './record.js';
import { elsewhere } from './recorder.js';

/** What a record leaves to the machine and the moment. */
export interface Circumstances {
  /** Paths of the files that options name; null for the network in the box. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly images: readonly string[];
  readonly device: string;
  readonly threads: number | null;
  readonly out: string;
}

/** The arguments that make `command` do again what a record tells of, and report as JSON. */
export function retyped(command: Command, { options }: Pick<FileRecord, 'options'>, around: Circumstances): string[] {
  const { files, images, device, threads, out } = around;
  const typed = command.options.flatMap((option) => {
    const name = option.attributeName();
    const value = files[name] ?? (elsewhere.includes(name) ? undefined : options[name]);
    if (option.negate) return isOff(value) ? [option.long!] : [];
    if (value === undefined || isOff(value)) return [];
    return textsOf(option, value).map((text) => (option.isBoolean() ? option.long! : `${option.long}=${text}`));
  });
  const where = [`--device=${device}`, ...(threads === null ? [] : [`--threads=${threads}`]), `--out=${out}`];
  return [...typed, ...where, '--json', '--quiet', '--', ...images];
}

/** What `--no-...` says, where there is such an option. */
function isOff(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

/** What an option is given, each time that it is: the one text that it reads the value from, else one for each item. */
function textsOf(option: Option, value: unknown): string[] {
  if (typeof value !== 'object') return [`${value as string | number}`];
  const whole = [scalars(value).join(','), JSON.stringify(value)].find((text) => meansIt(option, text, value));
  if (whole !== undefined || !Array.isArray(value)) return [whole ?? JSON.stringify(value)];
  return value.map(String);
}

/** All that is no list or object, in order. */
function scalars(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalars) : [value];
}

function meansIt({ parseArg }: Option, text: string, value: unknown): boolean {
  try {
    return isDeepStrictEqual(parseArg?.(text, undefined), value);
  } catch {
    return false;
  }
}
