import { untilAborted } from '../abort.js';
import type { NetworkInput } from './batch.js';
import { beginCall, type Call, type CallOptions } from './call.js';
import { closeUnread, ReadAhead } from './read-ahead.js';
import type { Subject } from './subject.js';

/** One image or input, an array of them, or an async iterable, which is read as fast as results are taken. */
export type ImageSource = NetworkInput | readonly NetworkInput[] | AsyncIterable<NetworkInput>;

/** One image or input of a source. */
export type ImageOf<Source> =
  Source extends AsyncIterable<infer Img> ? Img : Source extends readonly (infer Img)[] ? Img : Source;

/** What comes of a source each of whose images gives an R. */
export type ResultOf<Source, R> =
  Source extends AsyncIterable<unknown>
    ? AsyncGenerator<R, void, undefined>
    : Source extends readonly unknown[]
      ? Promise<R[]>
      : Promise<R>;

/** The work on one image, begun in the order of the images; messages call it by its subject. */
export type Work<R> = (img: NetworkInput, subject: Subject) => Promise<R>;

/**
 * Images whose work has begun and whose results have not been handed over. Choice: one that the device computes and one
 * that is being read and prepared meanwhile; a third would only take memory.
 */
const inFlight = 2;

/**
 * What `work` gives for each image, in the order of the images.
 *
 * Of an array the entries are copied at once, but not their pixels, which are read when their turn comes. An async
 * iterable is read while results are taken, at most `inFlight` images ahead of them, and closed (`return`) when no
 * further result is taken, or something failed or was refused; whoever stops early waits for the image that is just being read.
 *
 * @param where  the function that was called, which is the stage of its progress too
 * @param begin  checks that function's own arguments and gives the work
 */
export function eachImage<Source extends ImageSource, R>(
  where: string,
  source: Source,
  options: CallOptions,
  begin: () => Work<R>,
): ResultOf<Source, R> {
  const start = (total: number | null) => {
    const work = begin();
    const at = (img: NetworkInput, index: number) => work(img, { where, what: `img[${index}]`, orSeveral: false });
    return { work, at, call: beginCall(where, options, total) };
  };
  const results = isAsyncIterable(source)
    ? streamed(source, start)
    : Array.isArray(source)
      ? collected([...(source as readonly NetworkInput[])], start)
      : alone(source as NetworkInput, { where, what: 'img', orSeveral: true }, start);
  return results as ResultOf<Source, R>;
}

type Start<R> = (total: number | null) => {
  readonly work: Work<R>;
  /** The work on image number `index`. */
  readonly at: (img: NetworkInput, index: number) => Promise<R>;
  readonly call: Call;
};

async function alone<R>(img: NetworkInput, subject: Subject, start: Start<R>): Promise<R> {
  const { call, work } = start(1);
  const result = await untilAborted(call, work(img, subject));
  await call.report(1);
  return result;
}

async function collected<R>(images: readonly NetworkInput[], start: Start<R>): Promise<R[]> {
  const { call, at } = start(images.length);
  const begun: Promise<R>[] = [];
  const results: R[] = [];
  while (results.length < images.length) {
    while (begun.length < inFlight && results.length + begun.length < images.length) {
      const index = results.length + begun.length;
      begun.push(quietly(at(images[index]!, index)));
    }
    results.push(await untilAborted(call, begun.shift()!));
    await call.report(results.length);
  }
  return results;
}

async function* streamed<R>(source: AsyncIterable<NetworkInput>, start: Start<R>): AsyncGenerator<R, void, undefined> {
  const { call, at } = startedOn(source, start);
  const reader = new ReadAhead(source, inFlight, (img, index) => quietly(at(img, index)));
  let failed = false;
  try {
    for (let done = 1; ; done++) {
      const next = await untilAborted(call, reader.next());
      if (next.done === true) return;
      yield next.value;
      await call.report(done);
    }
  } catch (reason) {
    failed = true;
    throw reason;
  } finally {
    // No error of closing hides what failed before, and an abort does not wait for a source that is busy.
    const closed = quietly(reader.close());
    if (!call.signal?.aborted) await (failed ? closed.catch(() => undefined) : closed);
  }
}

/** Choice: a call that is refused closes its source, as one that fails later does, so that no file stays open. */
function startedOn<R>(source: AsyncIterable<NetworkInput>, start: Start<R>): ReturnType<Start<R>> {
  try {
    return start(null);
  } catch (reason) {
    void quietly(closeUnread(source));
    throw reason;
  }
}

/** The same promise; if nobody waits for it any longer, its rejection is no error of the process. */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<NetworkInput> {
  return typeof (value as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === 'function';
}
