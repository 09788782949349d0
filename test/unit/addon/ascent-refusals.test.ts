import assert from 'node:assert/strict';
import { describeOnDevices, openedFor } from '../../support/devices.js';

describeOnDevices('gradient ascent refuses', (kind) => {
  const device = openedFor(kind);
  const tensor = (...shape: number[]) => device().tensor(shape, 'float32');
  const refused = (code: string, message: RegExp, call: () => void) => assert.throws(call, { code, message });

  it('coefficients, squares, limits and matrices of another shape', () => {
    const x = tensor(2, 3, 4, 4);
    refused('ERR_SHAPE', /^device\.blend: coefficients must be \[2, 2\] float32, got \[1, 2\] float32$/, () =>
      device().blend(tensor(1, 2), x, x),
    );
    refused('ERR_SHAPE', /^device\.dot: y must be \[2\] float32, got \[2, 1\]/, () => device().dot(x, x, tensor(2, 1)));
    refused('ERR_SHAPE', /^device\.addNormalised: squares must be \[2\] float32, got \[3\]/, () =>
      device().addNormalised(1, tensor(3), x, x),
    );
    refused('ERR_SHAPE', /^device\.clamp: low must be \[3\] float32, got \[2\]/, () =>
      device().clamp(tensor(2), tensor(3), x),
    );
    refused('ERR_SHAPE', /^device\.clamp: high must be \[3\] float32, got \[1\]/, () =>
      device().clamp(tensor(3), tensor(1), x),
    );
    refused('ERR_SHAPE', /^device\.mixChannels: matrix must be \[3, 3\] float32, got \[4, 4\]/, () =>
      device().mixChannels(tensor(4, 4), x, x),
    );
    refused('ERR_SHAPE', /^device\.adam: coefficients must be \[2, 6\] float32, got \[2, 5\]/, () =>
      device().adam(tensor(2, 5), x, x, x, x),
    );
  });

  it('images of another shape, layout or type, of other dimensions, and more channels than are mixed', () => {
    const [x, blocked] = [tensor(2, 3, 4, 4), device().tensor([2, 3, 4, 4], 'float32', 8)];
    refused('ERR_SHAPE', /^device\.blend: y must be .* got \[2, 3, 4, 4\] float32 in blocks of 8.*reorder it/, () =>
      device().blend(tensor(2, 2), x, blocked),
    );
    refused('ERR_SHAPE', /^device\.dot: b must be \[2, 3, 4, 4\] float32, got \[2, 3, 4, 5\]/, () =>
      device().dot(x, tensor(2, 3, 4, 5), tensor(2)),
    );
    refused('ERR_DTYPE', /^device\.clamp: y must be \[2, 3\] float32, got \[2, 3\] int32/, () =>
      device().clamp(tensor(3), tensor(3), device().tensor([2, 3], 'int32')),
    );
    refused('ERR_SHAPE', /x must be \[n, c, rows, cols\] or \[n, features\], got \[2, 3, 4\]/, () =>
      device().blend(tensor(2, 2), tensor(2, 3, 4), tensor(2, 3, 4)),
    );
    for (const shape of [
      [2, 5, 4, 4],
      [2, 3],
    ])
      refused('ERR_SHAPE', /mixChannels: x must be \[n, c, rows, cols\] of up to 4 channels, got \[2, [53]/, () =>
        device().mixChannels(tensor(shape[1]!, shape[1]!), tensor(...shape), tensor(...shape)),
      );
  });

  it('memory that is read after it was written', () => {
    const square = tensor(2, 2);
    refused('ERR_ARGUMENT', /blend: y must have memory of its own, .* shares some with coefficients/, () =>
      device().blend(square, tensor(2, 2), square),
    );
    const [g, m, v, y] = [tensor(1, 6), tensor(1, 6), tensor(1, 6), tensor(1, 6)];
    refused('ERR_ARGUMENT', /adam: m .* with g;/, () => device().adam(y, g, g, v, m));
    refused('ERR_ARGUMENT', /adam: v .* with m;/, () => device().adam(y, g, m, m, v));
    refused('ERR_ARGUMENT', /adam: y .* with coefficients;/, () => device().adam(y, g, m, v, y));
    const whole = tensor(1, 8, 2, 2);
    refused('ERR_ARGUMENT', /mixChannels: y must be x or have memory of its own/, () =>
      device().mixChannels(tensor(3, 3), whole.channels(0, 3), whole.channels(2, 3)),
    );
  });

  it('weights that are no number of float32, and tensors that were disposed of, while recording too', () => {
    const [x, squares, gone] = [tensor(2, 3), tensor(2), tensor(2, 3)];
    for (const weight of [NaN, Infinity, 1e39, '1'])
      refused('ERR_ARGUMENT', /^device\.addNormalised: weight must be a finite number in float32's range/, () =>
        device().addNormalised(weight as number, squares, x, x),
      );
    gone.dispose();
    const call = () => device().dot(x, gone, squares);
    refused('ERR_DISPOSED', /^device\.dot: b must not be used after dispose/, call);
    refused('ERR_DISPOSED', /^device\.dot: b must not be used after dispose/, () => device().capture(call));
  });

  it('views of several images, which do not follow one another; those of one image are taken', async () => {
    const part = tensor(2, 8, 2, 2).channels(1, 3);
    const message = /must have one image after the other/;
    refused('ERR_SHAPE', message, () => device().blend(tensor(2, 2), part, tensor(2, 3, 2, 2)));
    refused('ERR_SHAPE', message, () => device().clamp(tensor(3), tensor(3), part));
    const whole = tensor(1, 8, 2, 2);
    device().fill(7, whole);
    device().clamp(tensor(3), tensor(3), whole.channels(1, 3));
    const channels = [7, 0, 0, 0, 7, 7, 7, 7];
    assert.deepEqual(
      [...(await whole.read())],
      channels.flatMap((value) => [value, value, value, value]),
    );
  });
});
