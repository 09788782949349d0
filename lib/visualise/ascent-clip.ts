import type { Tensor } from '../device/index.js';
import type { AscentTensors } from './ascent-tensors.js';

type Images = Tensor<'float32'>;

/**
 * Keeps zero-centred images where, with the mean image added, they are from 0 to 255, as calls that have not been made.
 *
 * @param mean  a number for each channel, or an image [channels, rows, cols]
 */
export function clipping(tensors: AscentTensors, mean: Float64Array, image: Images): () => void {
  const { device, n, like } = tensors;
  const channels = like.shape[1]!;
  const limits = (limit: (channel: number) => number) =>
    tensors.floats(
      [channels],
      Float32Array.from({ length: channels }, (_, c) => limit(c)),
    );
  if (mean.length === channels) {
    const [low, high] = [limits((c) => -mean[c]!), limits((c) => 255 - mean[c]!)];
    return () => device.clamp(low, high, image);
  }
  const [low, high, means] = [limits(() => 0), limits(() => 255), tensors.images()];
  means.write(Float32Array.from({ length: n * mean.length }, (_, i) => mean[i % mean.length]!));
  return () => {
    device.axpy(1, means, image);
    device.clamp(low, high, image);
    device.axpy(-1, means, image);
  };
}
