/** Fields of protobuf messages as bytes: what the tests' own ONNX files are made of. */

export const bytesField = (field: number, content: Uint8Array): Uint8Array =>
  joinBytes([varint(field * 8 + 2), varint(content.length), content]);

export const textField = (field: number, text: string): Uint8Array => bytesField(field, Buffer.from(text));

export const integerField = (field: number, value: number | bigint): Uint8Array =>
  joinBytes([varint(field * 8), varint(value)]);

export function floatField(field: number, value: number): Uint8Array {
  return joinBytes([varint(field * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);
}

/** Integers in one packed field. */
export const packedField = (field: number, values: readonly (number | bigint)[]): Uint8Array =>
  bytesField(field, joinBytes(values.map(varint)));

/** Seven bits a byte, the lowest first; negative numbers as 64-bit two's complement. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
