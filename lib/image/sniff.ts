/** Formats that can be decoded, told by their first bytes. */
export type Format = 'jpeg' | 'png';

export function sniff(bytes: Uint8Array): Format | null {
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg';
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png';
  return null;
}

/** What bytes that are neither JPEG nor PNG look like, for messages. */
export function looksLike(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const known = signatures.find(([signature, at = 0]) => startsWith(bytes, signature, at));
  if (known) return known[2];
  const head = bytes.subarray(0, 64);
  if (head.every((byte) => byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d))) {
    const beginning = Buffer.from(head).toString('utf8').slice(0, 24);
    return `text (${JSON.stringify(beginning + (head.length > 24 ? '...' : ''))})`;
  }
  return `unknown data (first bytes ${Buffer.from(head.subarray(0, 8)).toString('hex')})`;
}

const signatures: readonly (readonly [signature: string, at: number, what: string])[] = [
  ['\x89PNG', 0, 'a PNG damaged by a transfer in text mode'],
  ['\xff\xd8', 0, 'the beginning of a JPEG'],
  ['GIF8', 0, 'a GIF image'],
  ['WEBP', 8, 'a WebP image'],
  ['BM', 0, 'a BMP image'],
  ['II*\0', 0, 'a TIFF image'],
  ['MM\0*', 0, 'a TIFF image'],
  ['ftypavif', 4, 'an AVIF image'],
  ['ftyphe', 4, 'a HEIC image'],
  ['ftypmif1', 4, 'a HEIF image'],
  ['ftyp', 4, 'an MP4 video or a relative of it'],
  ['jP  \r\n', 4, 'a JPEG 2000 image'],
  ['JXL \r\n', 4, 'a JPEG XL image'],
  ['\xff\x0a', 0, 'a JPEG XL image'],
  ['\x93NUMPY', 0, 'a NumPy array'],
  ['%PDF', 0, 'a PDF document'],
  ['PK\x03\x04', 0, 'a zip archive'],
  ['\x1f\x8b', 0, 'a gzip archive'],
];

function startsWith(bytes: Uint8Array, signature: string, at = 0): boolean {
  return (
    bytes.length >= at + signature.length &&
    [...signature].every((character, i) => bytes[at + i] === character.charCodeAt(0))
  );
}
