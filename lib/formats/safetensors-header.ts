import { shown } from '../check.js';
import { elements } from '../ndarray.js';
import { shownJson } from './json-fields.js';
import { formatError } from './refusal.js';

/** One tensor as the header describes it; `begin` and `end` count from the start of the file. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their bytes, which they cover without gap or overlap. */
  readonly tensors: readonly StoredTensor[];
}

export const metadataKey = '__metadata__';

/** Bytes per element. */
const sizes: Readonly<Record<string, number>> = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2 },
  ...{ I64: 8, U64: 8, I32: 4, U32: 4, I16: 2, U16: 2, I8: 1, U8: 1, BOOL: 1 },
};

/** The format's own limit. */
const longestHeader = 100_000_000;

/** Bytes before the header: its length as an unsigned 64-bit integer. */
const prefix = 8;

/**
 * Reads and checks the header: uint64 length, JSON { name: { dtype, shape, data_offsets } }, then the tensors' bytes.
 *
 * @param where  the path, for messages
 * @throws       ERR_FORMAT with the byte offset where anything contradicts the file or itself
 */
export function readHeader(bytes: Uint8Array, where: string): SafetensorsHeader {
  const start = prefix + headerLength(bytes, where);
  const text = new TextDecoder().decode(bytes.subarray(prefix, start));
  const header = parsed(text, where);
  const repeated = repeatedKey(text);
  if (repeated !== null) throw formatError(where, `byte ${prefix}: the header lists ${shown(repeated)} twice`);
  const metadata = metadataOf(header.get(metadataKey), where);
  header.delete(metadataKey);
  const tensors = [...header].map(([name, entry]) => storedTensor(name, entry, start, where));
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCoverage(tensors, { start, end: bytes.length }, where);
  return { metadata, tensors };
}

function headerLength(bytes: Uint8Array, where: string): number {
  if (bytes.length < prefix) throw formatError(where, `byte 0: safetensors begin with 8 bytes, got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader)
    throw formatError(where, `byte 0: the header claims ${length} bytes, at most ${longestHeader} are allowed`);
  if (length <= bytes.length - prefix) return Number(length);
  throw formatError(
    where,
    `byte 0: the header claims ${length} bytes, ${bytes.length - prefix} are left; is the file truncated?`,
  );
}

function parsed(text: string, where: string): Map<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw formatError(where, `byte ${prefix}: the header must be JSON (${(cause as Error).message})`, { cause });
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) return new Map(Object.entries(header));
  throw formatError(where, `byte ${prefix}: the header must be a JSON object, got ${shownJson(header)}`);
}

/** The first key that a JSON object has twice (JSON.parse keeps the last only), or null. */
function repeatedKey(text: string): string | null {
  const keys = new Set<string>();
  let depth = 0;
  let keyComes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '{' || character === '[') depth++;
    if (character === '}' || character === ']') depth--;
    if (character === '{' || character === ',') keyComes = depth === 1;
    if (character !== '"') continue;
    const end = stringEnd(text, at);
    if (keyComes) {
      const key = JSON.parse(text.slice(at, end)) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    keyComes = false;
    at = end - 1;
  }
  return null;
}

/** The position behind the JSON string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function metadataOf(entry: unknown, where: string): Map<string, string> {
  if (entry === undefined) return new Map();
  if (typeof entry === 'object' && entry !== null && Object.values(entry).every((value) => typeof value === 'string')) {
    return new Map(Object.entries(entry) as [string, string][]);
  }
  throw formatError(where, `byte ${prefix}: ${metadataKey} must be an object of texts, got ${shownJson(entry)}`);
}

function storedTensor(name: string, entry: unknown, start: number, where: string): StoredTensor {
  const at = `byte ${prefix}: tensor ${shown(name)}`;
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const size = typeof dtype === 'string' && Object.hasOwn(sizes, dtype) ? sizes[dtype]! : null;
  if (size === null)
    throw formatError(
      where,
      `${at} must have a dtype out of ${Object.keys(sizes).join(', ')}, got ${shownJson(dtype)}`,
    );
  if (!isCounts(shape)) throw formatError(where, `${at} must have a shape of integers from 0, got ${shownJson(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2)
    throw formatError(where, `${at} must have two data_offsets, got ${shownJson(offsets)}`);
  const [begin, end] = [start + offsets[0]!, start + offsets[1]!];
  const needed = elements(shape) * size;
  if (end - begin === needed) return { name, dtype: dtype as string, shape, begin, end };
  throw formatError(
    where,
    `${at} is ${shown(dtype)} of shape ${shown(shape)}, ${needed} bytes, but lies in bytes ${begin} to ${end}`,
  );
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}

/** Every byte behind the header belongs to one tensor: nothing overlaps, is left over or missing. */
function checkCoverage(tensors: readonly StoredTensor[], data: { start: number; end: number }, where: string): void {
  let covered = data.start;
  for (const { name, begin, end } of tensors) {
    if (begin !== covered) {
      const problem = begin < covered ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw formatError(where, `byte ${begin}: tensor ${shown(name)} ${problem}, which ends at byte ${covered}`);
    }
    covered = end;
  }
  if (covered === data.end) return;
  throw formatError(where, `byte ${covered}: the tensors end here, the file has ${data.end} bytes; is it truncated?`);
}
