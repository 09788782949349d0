import type { Device } from '../device/index.js';
import { DeepInsideError } from '../errors.js';

/** What comes of work on a device. Where somebody disposes of that meanwhile, it says so, and not who wanted it next. */
export async function whileOpen<T>(where: string, device: Device, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    if (!device.disposed) throw reason;
    const message = `${where}: its ${device.kind} device was disposed of before the end; wait for the result first`;
    throw new DeepInsideError('ERR_DISPOSED', message, { cause: reason });
  }
}
