/** The value of each of the 65,536 float16 patterns; made on first use. */
let float16Values: Float32Array | undefined;

/** The values of IEEE 754 half-precision patterns, exactly. */
export function fromFloat16(patterns: Uint16Array, values = new Float32Array(patterns.length)): Float32Array {
  const known = (float16Values ??= allFloat16());
  for (let i = 0; i < values.length; i++) values[i] = known[patterns[i]!]!;
  return values;
}

function allFloat16(): Float32Array {
  const values = new Float32Array(0x10000);
  const words = new Uint32Array(values.buffer);
  for (let pattern = 0; pattern < 0x8000; pattern++) {
    const exponent = pattern >>> 10;
    if (exponent === 0) values[pattern] = pattern * 2 ** -24;
    // Rebias the exponent, 15 to 127; that of infinities and NaN stays all ones.
    else words[pattern] = (pattern << 13) + (exponent === 0x1f ? 0x70000000 : 0x38000000);
    words[pattern | 0x8000] = words[pattern]! | 0x80000000;
  }
  return values;
}

/** The nearest half-precision patterns, ties to even; from 65520 on infinity, NaN stays NaN. */
export function toFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const patterns = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    patterns[i] = ((word >>> 16) & 0x8000) | float16Magnitude(word & 0x7fffffff);
  }
  return patterns;
}

/** `word` is a float32 pattern without its sign. */
function float16Magnitude(word: number): number {
  if (word > 0x7f800000) return 0x7e00;
  if (word >= 0x47800000) return 0x7c00; // 2^16 and above
  // Normal numbers, from 2^-14: rebias the exponent (127 to 15); a carry out of the fraction steps the exponent.
  if (word >= 0x38800000) return roundedShift(word - 0x38000000, 13);
  if (word < 0x33000000) return 0; // below 2^-25, half the smallest subnormal
  // Subnormals count units of 2^-24: the fraction with its hidden bit, shifted by 14 (just below 2^-14) to 24.
  return roundedShift((word & 0x7fffff) | 0x800000, 126 - (word >>> 23));
}

/** value / 2^bits, to the nearest integer, ties to even. */
function roundedShift(value: number, bits: number): number {
  const even = (value >>> bits) & 1;
  return (value + (1 << (bits - 1)) - 1 + even) >>> bits;
}

/** The values of bfloat16 patterns (the upper half of a float32), exactly. */
export function fromBfloat16(patterns: Uint16Array, values = new Float32Array(patterns.length)): Float32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < words.length; i++) words[i] = patterns[i]! << 16;
  return values;
}

/** The nearest bfloat16 patterns, ties to even; NaN stays NaN. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const patterns = new Uint16Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const magnitude = words[i]! & 0x7fffffff;
    const rounded = magnitude > 0x7f800000 ? 0x7fc0 : roundedShift(magnitude, 16);
    patterns[i] = ((words[i]! >>> 16) & 0x8000) | rounded;
  }
  return patterns;
}
