import { describeDevices, openDevice, type Device, type DeviceKind } from '#lib/device/index.js';

const devices = await describeDevices();

/** One suite per device; one that cannot be used here is a pending test that says why. */
export function describeOnDevices(title: string, body: (kind: DeviceKind) => void): void {
  for (const { kind, usable, reason } of devices) {
    describe(`${title}, on ${kind}`, () => {
      if (usable) body(kind);
      else it(`skipped: ${reason}`);
    });
  }
}

/** A device that is open during a suite; call it in `describe`, use what it gives in `it`. */
export function openedFor(kind: DeviceKind): () => Device {
  let device: Device;
  before(async () => {
    device = await openDevice(kind);
  });
  after(() => device.dispose());
  return () => device;
}
