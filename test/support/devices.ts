import { describeDevices, openDevice, type Device, type DeviceKind } from '#lib/device/index.js';

const devices = await Promise.all((await describeDevices()).map(async (one) => ({ ...one, lack: await lackOf(one) })));

/** One suite per device that runs networks; for another, a pending test says why it does not. */
export function describeOnDevices(title: string, body: (kind: DeviceKind) => void): void {
  for (const { kind, lack } of devices) {
    describe(`${title}, on ${kind}`, function () {
      // Threads of a backend that share their cores with other programs wait for each other at length.
      this.timeout(120_000);
      if (lack === null) body(kind);
      else it(`skipped: ${lack}`);
    });
  }
}

/** A device that is open during a suite; call it in `describe`, use what it gives in `it`. */
export function openedFor(kind: DeviceKind): () => Device {
  let device: Device | undefined;
  before(async () => {
    device = await openDevice(kind);
  });
  after(() => device?.dispose());
  return () => device!;
}

/** Why networks do not run on a device: it cannot be opened, or its backend refuses weights; null where they do. */
async function lackOf({ kind, reason }: { kind: DeviceKind; reason: string | null }): Promise<string | null> {
  if (reason !== null) return reason;
  const device = await openDevice(kind);
  try {
    (await device.weights(Float32Array.of(1), [1, 1], null)).dispose();
    return null;
  } catch (refusal) {
    if ((refusal as { code?: string }).code === 'ERR_UNSUPPORTED') return (refusal as Error).message;
    throw refusal;
  } finally {
    device.dispose();
  }
}
