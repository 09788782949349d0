import { readFileSync } from 'node:fs';

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major; other element types are converted. */
  readonly data: Float32Array;
}

/** Reads a little-endian, C-order .npy file. */
export function readNpy(path: string): NpyArray {
  return parseNpy(readFileSync(path), path);
}

/** Reads a .npz file whose members are stored, not deflated, as the goldens are. */
export function readNpz(path: string): Map<string, NpyArray> {
  const members = storedZipMembers(readFileSync(path), path);
  return new Map(members.map(([name, bytes]) => [name.replace(/\.npy$/, ''), parseNpy(bytes, `${path}/${name}`)]));
}

const readers: Record<string, { size: number; at: (view: DataView, offset: number) => number }> = {
  '<f4': { size: 4, at: (view, offset) => view.getFloat32(offset, true) },
  '<f8': { size: 8, at: (view, offset) => view.getFloat64(offset, true) },
  '<i4': { size: 4, at: (view, offset) => view.getInt32(offset, true) },
  '<i8': { size: 8, at: (view, offset) => Number(view.getBigInt64(offset, true)) },
  '|u1': { size: 1, at: (view, offset) => view.getUint8(offset) },
  '|b1': { size: 1, at: (view, offset) => view.getUint8(offset) },
};

function parseNpy(bytes: Buffer, name: string): NpyArray {
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${name}: not a .npy file`);
  const [headerSize, start] = bytes[6] === 1 ? [bytes.readUInt16LE(8), 10] : [bytes.readUInt32LE(8), 12];
  const header = bytes.toString('latin1', start, start + headerSize);
  const descr = /'descr': '([^']+)'/.exec(header)?.[1] ?? '';
  const reader = readers[descr];
  if (!reader || !header.includes("'fortran_order': False")) throw new Error(`${name}: cannot read ${header}`);
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((side) => side.trim())
    .map(Number);
  const count = shape.reduce((product, side) => product * side, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + headerSize, count * reader.size);
  return { shape, data: Float32Array.from({ length: count }, (_, i) => reader.at(view, i * reader.size)) };
}

/** Walks the central directory, since local headers may leave the sizes open. */
function storedZipMembers(bytes: Buffer, path: string): [string, Buffer][] {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${path}: not a zip file`);
  const members: [string, Buffer][] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [nameSize, extraSize, commentSize] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameSize);
    if (bytes.readUInt16LE(at + 10) !== 0) throw new Error(`${path}: ${name} is compressed`);
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    members.push([name, bytes.subarray(start, start + bytes.readUInt32LE(at + 24))]);
    at += 46 + nameSize + extraSize + commentSize;
  }
  return members;
}
