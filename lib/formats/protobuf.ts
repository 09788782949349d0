import { formatError } from './refusal.js';

/** How a field lies in the file (protobuf's wire types; the two for groups are long out of use). */
export const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** No name, and no other text that is read, comes near this. */
const longestText = 1 << 20;

/**
 * Walks the fields of one protobuf message in place. For each field that `next` finds, exactly one of the reading
 * methods is called. Every length is checked before it is used.
 */
export class ProtobufReader {
  /** Number and wire type of the field that `next` found. */
  field = 0;
  wireType = 0;
  /** Where that field begins, in bytes from the start of the file. */
  fieldStart = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly where: string,
    private position = 0,
    private readonly end = bytes.length,
  ) {}

  /** Moves to the next field; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false;
    this.fieldStart = this.position;
    const key = this.rawVarint();
    this.field = Math.floor(key / 8);
    this.wireType = key & 7;
    if (this.field < 1 || this.field >= 2 ** 29) throw this.broken(`field number ${this.field}`);
    return true;
  }

  /** Calls, for each field, the entry of `actions` with its number; others are skipped. */
  each(actions: Readonly<Record<number, () => void>>): void {
    while (this.next()) {
      const action = actions[this.field];
      if (action) action();
      else this.skip();
    }
  }

  skip(): void {
    if (this.wireType === wire.varint) this.rawVarint();
    else if (this.wireType === wire.bytes) this.chunk();
    else this.take(this.fixedSize());
  }

  /** An integer or truth value; integers beyond 2^53 come as the nearest double. */
  integer(): number {
    this.expect(wire.varint);
    return this.rawVarint();
  }

  float(): number {
    this.expect(wire.fixed32);
    const chunk = this.take(4);
    return new DataView(chunk.buffer, chunk.byteOffset).getFloat32(0, true);
  }

  /** The content of a length-delimited field, not copied. */
  chunk(): Uint8Array {
    this.expect(wire.bytes);
    return this.take(this.rawVarint());
  }

  text(): string {
    const chunk = this.chunk();
    if (chunk.length > longestText) throw this.broken(`a text of ${chunk.length} bytes`);
    return new TextDecoder().decode(chunk);
  }

  message(): ProtobufReader {
    const { byteOffset, length } = this.chunk();
    const start = byteOffset - this.bytes.byteOffset;
    return new ProtobufReader(this.bytes, this.where, start, start + length);
  }

  /** Appends a repeated integer field, packed or one by one, to `list`. */
  integers(list: number[]): void {
    if (this.wireType === wire.varint) return void list.push(this.rawVarint());
    const packed = this.message();
    while (packed.position < packed.end) list.push(packed.rawVarint());
  }

  /** Appends the little-endian bytes of a repeated float or double field, packed or one by one, to `list`. */
  fixed(list: Uint8Array[]): void {
    list.push(this.wireType === wire.bytes ? this.chunk() : this.take(this.fixedSize()));
  }

  private fixedSize(): number {
    if (this.wireType === wire.fixed64) return 8;
    if (this.wireType === wire.fixed32) return 4;
    throw this.broken(`wire type ${this.wireType} in field ${this.field}`);
  }

  private expect(wireType: number): void {
    if (this.wireType !== wireType)
      throw this.broken(`wire type ${this.wireType} in field ${this.field}, not ${wireType}`);
  }

  private take(length: number): Uint8Array {
    const left = this.end - this.position;
    if (length < 0 || length > left) throw this.broken(`field ${this.field} claims ${length} bytes, ${left} are left`);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }

  /** Seven bits a byte, the lowest first; 64 bits in two's complement. */
  private rawVarint(): number {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low;
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
    throw this.broken('a number of more than 10 bytes');
  }

  private byte(): number {
    if (this.position >= this.end) throw this.broken('the message ends within a number');
    return this.bytes[this.position++]!;
  }

  private broken(what: string): Error {
    return formatError(
      this.where,
      `not valid protobuf at byte ${this.fieldStart}: ${what}; is the file truncated or damaged?`,
    );
  }
}
