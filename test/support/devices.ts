import assert from 'node:assert/strict';
import { describeDevices, openDevice, type Device, type DeviceKind } from '#lib/device/index.js';

const devices = await Promise.all((await describeDevices()).map(async (one) => ({ ...one, lack: await lackOf(one) })));

/** A kind of device on which every suite must run (scripts/test-gpu.js): where one cannot, it fails. */
const demanded = process.env['DEEP_INSIDE_DEMAND'];

/** One suite per device that runs networks; for another, a pending test says why it does not. */
export function describeOnDevices(title: string, body: (kind: DeviceKind) => void): void {
  for (const { kind } of devices) describeOn(kind, `${title}, on ${kind}`, () => body(kind));
}

/** A suite that needs CUDA; elsewhere a pending test says what is missing. */
export function describeOnCuda(title: string, body: () => void): void {
  describeOn('cuda', title, body);
}

function describeOn(kind: DeviceKind, title: string, body: () => void): void {
  const { lack } = devices.find((device) => device.kind === kind)!;
  describe(title, function () {
    // Threads of a backend that share their cores with other programs wait for each other at length; where there is no
    // limit, as under a sanitizer, there is to be none.
    if (this.timeout() > 0) this.timeout(120_000);
    if (lack === null) body();
    else if (kind === demanded) it(`runs on ${kind}`, () => assert.fail(lack));
    else it(`skipped: ${lack}`);
  });
}

/** Declares tests of what only the CPU has; on another device each is pending and says why. */
export function itOnCpu(kind: DeviceKind, why: string): (title: string, body: Mocha.AsyncFunc) => void {
  return (title, body) => (kind === 'cpu' ? it(title, body) : it(`${title} (skipped: ${why})`));
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
