import type { Device } from '../device/index.js';

/** 'replay' records each sequence once and replays it; 'eager' makes the calls each time. The results are the same. */
export type Execution = 'replay' | 'eager';

/** A fixed sequence of operations. */
export interface Sequence {
  run(): void;
  dispose(): void;
}

export function sequence(device: Device, execution: Execution, calls: () => void): Sequence {
  if (execution === 'eager') return { run: calls, dispose: () => undefined };
  const recording = device.capture(calls);
  return { run: () => recording.replay(), dispose: () => recording.dispose() };
}
