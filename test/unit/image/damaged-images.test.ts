import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodePng } from '#lib/image/decode-png.js';
import { readPngHeader } from '#lib/image/png-header.js';
import { readImage } from '#lib/image/read-image.js';
import { picture, pictures } from './fixtures.js';

const jpeg = readFileSync(picture('420.jpg'));
const png = readFileSync(picture('rgb-8.png'));

/** `bytes` with those at `offset` replaced. */
function patched(bytes: Uint8Array, offset: number, ...replacement: number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(replacement, offset);
  return copy;
}

/** A square grey PNG that holds `data`, whatever its size. */
function grey8(side: number, { interlaced, data }: { interlaced: 0 | 1; data: Uint8Array }): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 0, 0, 0, interlaced], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(data)), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([png.subarray(0, 8), ...chunks]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

const frameOffset = jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 4;

describe('readImage of damaged and foreign files', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'deep-inside-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('names the path of what it refuses', async () => {
    const path = join(folder, 'notes.jpg');
    writeFileSync(path, 'These are notes, not a picture.');
    const message = `${path}: a JPEG or PNG image was expected, got text ("These are notes, not a p..."); convert it to one of them`;
    await assert.rejects(readImage(path), { code: 'ERR_FORMAT', message });
  });

  it('refuses an empty file', async () => {
    const path = join(folder, 'empty.png');
    writeFileSync(path, '');
    await assert.rejects(readImage(path), { code: 'ERR_FORMAT', message: /empty\.png: .*got an empty file/ });
  });

  it('says what kind of file came instead', async () => {
    const kinds = {
      'GIF89a....': 'a GIF',
      'RIFF0000WEBPVP8 ': 'a WebP',
      'BM......': 'a BMP',
      'II*\0....': 'a TIFF',
      '....ftypheic': 'a HEIC',
    };
    for (const [bytes, kind] of Object.entries(kinds)) {
      await assert.rejects(readImage(Buffer.from(bytes)), {
        code: 'ERR_FORMAT',
        message: new RegExp(`got ${kind} image`),
      });
    }
    await assert.rejects(readImage(Buffer.from('00010203', 'hex')), {
      message: /got unknown data \(first bytes 00010203\)/,
    });
  });

  it('reports a missing file and a folder as ERR_IO', async () => {
    await assert.rejects(readImage(join(folder, 'nowhere.jpg')), {
      code: 'ERR_IO',
      message: /nowhere\.jpg: cannot be read \(ENOENT/,
    });
    await assert.rejects(readImage(folder), { code: 'ERR_IO', message: /EISDIR/ });
  });

  it('refuses every beginning of a JPEG and of a PNG that is not the whole', async function () {
    this.timeout(60_000);
    const files = fc.constantFrom(...pictures.map((file) => readFileSync(picture(file))));
    const beginnings = fc.tuple(files, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
    const property = fc.asyncProperty(beginnings, async ([file, share]) => {
      await assert.rejects(readImage(file.subarray(0, Math.floor(share * file.length))), { code: 'ERR_FORMAT' });
    });
    await fc.assert(property, { numRuns: 300, seed: 1 });
  });

  it('says of a truncated file that it is, and where it ends', async () => {
    await assert.rejects(readImage(jpeg.subarray(0, 800)), {
      message: /JPEG is truncated: its end marker \(EOI\) does not come after byte 800/,
    });
    await assert.rejects(readImage(png.subarray(0, 200)), {
      message: /PNG is truncated: chunk IDAT does not end after byte 200/,
    });
  });

  it('refuses a PNG of which any bit of the picture has flipped', async () => {
    const data = png.indexOf('IDAT');
    for (let at = data; at < png.length - 12; at += 7) {
      await assert.rejects(readImage(patched(png, at, png[at]! ^ 4)), { code: 'ERR_FORMAT' }, `byte ${at}`);
    }
  });

  it('names the chunk of a PNG whose checksum differs, and its offset', async () => {
    const data = png.indexOf('IDAT');
    const message = new RegExp(`chunk IDAT is damaged: its checksum differs \\(byte ${data - 4}\\)`);
    await assert.rejects(readImage(patched(png, data + 9, png[data + 9]! ^ 1)), { code: 'ERR_FORMAT', message });
  });

  it('never fails in another way than its own, whatever bit flips', async function () {
    this.timeout(60_000);
    for (const file of [
      jpeg,
      png,
      readFileSync(picture('progressive-420.jpg')),
      readFileSync(picture('grey-1-interlaced.png')),
    ]) {
      for (let at = 0; at < file.length; at += 5) {
        await readImage(patched(file, at, file[at]! ^ 0x20)).catch((error: { code: string; message: string }) => {
          assert.match(error.code, /^ERR_(FORMAT|UNSUPPORTED)$/, `byte ${at}: ${error.message}`);
        });
      }
    }
  });

  it('refuses a header of 20,000 x 20,000 before anything is decoded', async () => {
    const header = [0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20];
    await assert.rejects(readImage(patched(png, 16, ...header)), {
      code: 'ERR_FORMAT',
      message:
        /may have up to 67108864 pixels, this header says 20000 x 20000 = 400000000 \(byte 16\); shrink it, or raise maxPixels \(--max-pixels/,
    });
    await assert.rejects(readImage(patched(jpeg, frameOffset + 1, 0x4e, 0x20, 0x4e, 0x20)), {
      message: /20000 x 20000/,
    });
  });

  it('has a limit that can be moved', async () => {
    await assert.rejects(readImage(png, { maxPixels: 142 }), {
      message: /up to 142 pixels, this header says 13 x 11 = 143/,
    });
    assert.deepEqual((await readImage(png, { maxPixels: 143 })).shape, [11, 13, 3]);
  });

  it('refuses a header that claims more than its file can hold', async () => {
    const message = /8191 x 8191, more than \d+ bytes of data can hold/;
    await assert.rejects(readImage(grey8(8191, { interlaced: 0, data: Buffer.alloc(1000) })), { message });
    await assert.rejects(readImage(patched(jpeg, frameOffset + 1, 0x1f, 0xff, 0x1f, 0xff)), {
      message: /8191 x 8191, more than \d+ bytes can hold/,
    });
  });

  it('does not inflate an interlaced PNG to far more than its picture', () => {
    const bomb = grey8(8, { interlaced: 1, data: Buffer.alloc(1e6) });
    assert.throws(() => decodePng(bomb, readPngHeader('bomb.png', bomb, 64)), /larger than 160 bytes/);
  });

  it('refuses JPEGs in codings that it does not read, by name', async () => {
    const message = /only Huffman-coded JPEGs of 8 bits are read, this one is arithmetic of 8 bits/;
    await assert.rejects(readImage(patched(jpeg, frameOffset - 3, 0xc9)), { code: 'ERR_UNSUPPORTED', message });
    await assert.rejects(readImage(patched(jpeg, frameOffset, 12)), {
      code: 'ERR_UNSUPPORTED',
      message: /Huffman of 12 bits/,
    });
  });
});
