import { setTimeout } from 'node:timers/promises';
import { array } from '#lib/ndarray.js';
import type { NetworkInput } from '#lib/net/batch.js';
import type { CallOptions } from '#lib/net/call.js';
import { eachImage, type ImageSource } from '#lib/net/each-image.js';
import type { Subject } from '#lib/net/subject.js';

// Images, sources and work for tests of `eachImage`.

export const image = (level: number): NetworkInput => array(Uint8Array.of(level), [1, 1, 1]);
export const images = (count: number) => Array.from({ length: count }, (_, i) => image(i));
export const levelOf = (img: NetworkInput) => img.data[0]!;

/** Waits until nothing more happens by itself. */
export const settled = () => setTimeout(20);

/** Work that notes what has begun and gives the level of the image once `finish` is called, or at once. */
export function workbench(automatic = true) {
  const begun: number[] = [];
  const waiting: (() => void)[] = [];
  return {
    begun,
    finish: () => waiting.shift()!(),
    work: async (img: NetworkInput, { what }: Subject) => {
      begun.push(what === 'img' ? 0 : Number(/^img\[(\d+)\]$/.exec(what)![1]));
      if (!automatic) await new Promise<void>((resolve) => waiting.push(resolve));
      if (levelOf(img) === 255) throw new Error(`${what} is bad`);
      return levelOf(img);
    },
  };
}

export const results = <S extends ImageSource>(source: S, bench = workbench(), options: CallOptions = {}) =>
  eachImage('test', source, options, () => bench.work);

/** A source that notes what was read of it and whether it was closed. */
export function noted(source: readonly NetworkInput[], delay: () => Promise<unknown> = async () => undefined) {
  const notes = { read: 0, closed: false };
  async function* read() {
    try {
      for (const one of source) {
        await delay();
        notes.read++;
        yield one;
      }
    } finally {
      notes.closed = true;
    }
  }
  return { notes, source: read() };
}

export async function taken<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}
