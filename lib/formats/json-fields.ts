import { shown } from '../check.js';
import { formatError } from './refusal.js';

/** Takes a value out of parsed JSON: returns it typed, or throws ERR_FORMAT; `what` is where in the JSON it stands. */
export type Field<T> = (where: string, what: string, value: unknown) => T;

/** How parsed JSON appears in a message; a file may nest lists to any depth. */
export function shownJson(value: unknown): string {
  return Array.isArray(value) && value.some(Array.isArray) ? 'nested lists' : shown(value);
}

function field<T>(expected: string, is: (value: unknown) => boolean): Field<T> {
  return (where, what, value) => {
    if (is(value)) return value as T;
    throw formatError(where, `${what} must be ${expected}, got ${shownJson(value)}`);
  };
}

export const text = field<string>('a text', (value) => typeof value === 'string');
export const number = field<number>('a finite number', Number.isFinite);

export const integerFrom = (low: number): Field<number> =>
  field(`an integer of at least ${low}`, (value) => Number.isSafeInteger(value) && (value as number) >= low);

export const oneOf = <T extends string | number>(...choices: readonly T[]): Field<T> =>
  field(`one of ${choices.map(shown).join(', ')}`, (value) => choices.includes(value as T));

/** A text of the form `pattern`, described as `expected`. */
export const textLike = (pattern: RegExp, expected: string): Field<string> =>
  field(expected, (value) => typeof value === 'string' && pattern.test(value));

export const orNull =
  <T>(inner: Field<T>): Field<T | null> =>
  (where, what, value) =>
    value === null ? null : inner(where, what, value);

const anyList = field<unknown[]>('a list', Array.isArray);

export const list =
  <T>(inner: Field<T>): Field<T[]> =>
  (where, what, value) =>
    anyList(where, what, value).map((item, i) => inner(where, `${what}[${i}]`, item));

/** A list of exactly `count` items. */
export const tuple =
  <T, L extends readonly T[]>(count: L['length'], inner: Field<T>): Field<L> =>
  (where, what, value) => {
    const items = list(inner)(where, what, value);
    if (items.length === count) return items as readonly T[] as L;
    throw formatError(where, `${what} must be a list of ${count}, got ${items.length}`);
  };

const anyObject = field<Record<string, unknown>>(
  'an object',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** An object with these fields; others are left out. */
export const record =
  <T extends object>(fields: { readonly [K in keyof T]: Field<T[K]> }): Field<T> =>
  (where, what, value) => {
    const given = anyObject(where, what, value);
    const entries = Object.entries<Field<unknown>>(fields).map(([key, inner]) => {
      return [key, inner(where, `${what}.${key}`, Object.hasOwn(given, key) ? given[key] : undefined)];
    });
    return Object.fromEntries(entries) as T;
  };

/** An object of any keys, with such values. */
export const dictionary =
  <T>(inner: Field<T>): Field<Record<string, T>> =>
  (where, what, value) => {
    const entries = Object.entries(anyObject(where, what, value));
    return Object.fromEntries(entries.map(([key, item]) => [key, inner(where, `${what}.${key}`, item)]));
  };

/** Whatever JSON has there, but not nothing. */
export const anything = field<unknown>('there', (value) => value !== undefined);
