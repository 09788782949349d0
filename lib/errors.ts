/** What kind of thing went wrong; the message says where, what was expected, what came, and what to do. */
export type ErrorCode =
  | 'ERR_ARGUMENT'
  | 'ERR_SHAPE'
  | 'ERR_DTYPE'
  | 'ERR_DEVICE'
  | 'ERR_DISPOSED'
  | 'ERR_CAPTURE'
  | 'ERR_UNSUPPORTED'
  | 'ERR_MEMORY'
  | 'ERR_BACKEND'
  | 'ERR_FORMAT'
  | 'ERR_IO';

/** The one error class of this library, native code included; `cause` holds what another library said. */
export class DeepInsideError extends Error {
  override readonly name = 'DeepInsideError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
