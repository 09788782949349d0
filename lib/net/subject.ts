/** What messages call the image or input that a call is about. */
export interface Subject {
  /** The function that was called. */
  readonly where: string;
  /** Its argument, or the place in it: `img`, or `img[2]` of an array or an async iterable. */
  readonly what: string;
  /** Whether an array or an async iterable could have come in its stead. */
  readonly orSeveral: boolean;
}

/** Input number `i` of what messages call so where it is a batch, else itself. */
export function inputAt(subject: Subject, { single }: { readonly single: boolean }, i: number): Subject {
  return single ? subject : argument(subject.where, `input ${i} of ${subject.what}`);
}

/** What a function calls its argument that is one image, input or batch. */
export function argument(where: string, what: string): Subject {
  return { where, what, orSeveral: false };
}
