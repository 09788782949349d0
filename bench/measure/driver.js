import { spawnSync } from 'node:child_process';

/** NVIDIA's driver, as nvidia-smi says, or 'unknown'. */
export function driverVersion() {
  const query = ['--query-gpu=driver_version', '--format=csv,noheader', '--id=0'];
  return spawnSync('nvidia-smi', query, { encoding: 'utf8' }).stdout?.trim() || 'unknown';
}
