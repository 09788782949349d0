import { fileURLToPath } from 'node:url';
import { DeepInsideError } from './errors.js';

/** How a value appears in a message: short, and never an object's whole content. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value.length > 60 ? `"${value.slice(0, 57)}..."` : `"${value}"`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (Array.isArray(value))
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    const name = value.constructor?.name || Object.prototype.toString.call(value).slice(8, -1);
    return name === 'Object' ? `an object with keys ${listed(Object.keys(value)) || '(none)'}` : `a ${name}`;
  }
  return String(value);
}

function listed(keys: readonly string[]): string {
  if (keys.length <= 8) return keys.join(', ');
  return `${keys.slice(0, 3).join(', ')}, ... (${keys.length} of them)`;
}

export function argumentError(
  where: string,
  what: string,
  expected: string,
  got: unknown,
  remedy = '',
): DeepInsideError {
  const hint = isThenable(got) ? 'wait for it: await' : remedy;
  const then = hint ? `; ${hint}` : '';
  return new DeepInsideError('ERR_ARGUMENT', `${where}: ${what} must be ${expected}, got ${shown(got)}${then}`);
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** `value` if it is an integer from `low` to `high`, both included. */
export function integer(
  where: string,
  what: string,
  value: unknown,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isInteger(value) && (value as number) >= low && (value as number) <= high) return value as number;
  const range =
    high === Number.MAX_SAFE_INTEGER ? `an integer of at least ${low}` : `an integer from ${low} to ${high}`;
  throw argumentError(where, what, range, value);
}

/** `value` if it is a finite number from `low` to `high`, both included. */
export function finite(where: string, what: string, value: unknown, low = -Infinity, high = Infinity): number {
  if (Number.isFinite(value) && (value as number) >= low && (value as number) <= high) return value as number;
  const atLeast = low === -Infinity ? 'a finite number' : `a finite number of at least ${low}`;
  const range = high === Infinity ? atLeast : `a number from ${low} to ${high}`;
  throw argumentError(where, what, range, value);
}

/** `value` if it is a finite number above 0. */
export function positive(where: string, what: string, value: unknown): number {
  if (Number.isFinite(value) && (value as number) > 0) return value as number;
  throw argumentError(where, what, 'a finite number above 0', value);
}

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** `value` if it is a number of at least `low` that float32 can hold. */
export function float32(where: string, what: string, value: unknown, low: number): number {
  if (Number.isFinite(value) && (value as number) >= low && (value as number) <= largestFloat32) return value as number;
  throw argumentError(where, what, `a number of at least ${low} in float32's range`, value);
}

/** `value` if it is true or false. */
export function boolean(where: string, what: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw argumentError(where, what, 'true or false', value);
}

/** `value` if it is one of `choices`. */
export function oneOf<T extends string>(where: string, what: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw argumentError(where, what, `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`, value);
}

/** The path that a path or a file URL names. */
export function filePath(
  where: string,
  what: string,
  value: unknown,
  expected = 'a path or a file URL',
  remedy = '',
): string {
  if (typeof value === 'string') return value;
  try {
    if (value instanceof URL) return fileURLToPath(value);
  } catch {
    // Another protocol, or a host.
  }
  throw argumentError(where, what, expected, value instanceof URL ? value.href : value, remedy);
}

/** Refuses what is no plain object, and keys of `given` that are not in `known`, naming the nearest one. */
export function knownOptions(where: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (!isPlain(given)) throw argumentError(where, 'options', 'a plain object such as { name: value }', given);
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known)[0];
    const hint = near ? `; did you mean ${near}?` : '';
    throw new DeepInsideError('ERR_ARGUMENT', `${where}: unknown option ${key}${hint} (options: ${known.join(', ')})`);
  }
}

/** Of this realm or another. A Map, or an instance of a class, would hide what it holds. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The names that differ from `name` by few edits, best first, at most `count`. */
export function nearest(name: string, names: readonly string[], count = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return names
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit && edits < name.length)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced));
    }
    row = next;
  }
  return row[b.length]!;
}
