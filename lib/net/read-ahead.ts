/**
 * Reads an async iterable ahead of whoever takes results: up to `inFlight` of its values are read and worked on, and
 * the next is read only when a result has been taken. Values are read one after the other.
 */
export class ReadAhead<T, R> {
  readonly #iterator: AsyncIterator<T>;
  /** In the order of the values. */
  readonly #begun: Promise<IteratorResult<R, void>>[] = [];
  #reading: Promise<unknown> = Promise.resolve();
  #count = 0;
  #ended = false;

  constructor(
    source: AsyncIterable<T>,
    readonly inFlight: number,
    readonly work: (value: T, index: number) => Promise<R>,
  ) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** The result of the next value, or its error, or the source's. */
  next(): Promise<IteratorResult<R, void>> {
    while (this.#begun.length < this.inFlight) this.#begun.push(this.#begin());
    return this.#begun.shift()!;
  }

  #begin(): Promise<IteratorResult<R, void>> {
    const read = this.#reading.then(() => this.#read());
    this.#reading = read;
    const result = read.then(async (next) => {
      if (next.done === true) return { done: true, value: undefined } as const;
      return { done: false, value: await this.work(next.value, this.#count++) } as const;
    });
    result.catch(() => undefined);
    return result;
  }

  async #read(): Promise<IteratorResult<T, unknown>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const next = await this.#iterator.next();
      if (next.done === true) this.#ended = true;
      return next;
    } catch (reason) {
      this.#ended = true;
      throw reason;
    }
  }

  /** Reads nothing more and, unless the source has ended or failed by itself, closes it, after what it is reading. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }
}

/** Closes a source of which nothing is to be read. */
export async function closeUnread(source: AsyncIterable<unknown> & { destroy?(): unknown }): Promise<void> {
  const closed = source[Symbol.asyncIterator]().return?.();
  // The iterator of a stream of Node is a generator: before its first value it ends without looking at its stream.
  source.destroy?.();
  await closed;
}
