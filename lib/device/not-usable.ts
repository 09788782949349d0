import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeviceKind } from './load.js';

/** Of the repository, the package, or the offline kit's copy of it. */
const root = new URL('../../', import.meta.url);
/** scripts/offline-kit has put this beside it. */
const inKit = existsSync(new URL('../kit/commit', root));

/** Why there is no module of this kind, and what to do, after `KIND: `. The build's own line (cmake/Summary.cmake) knows. */
export function whyNotBuilt(kind: DeviceKind): string {
  const said = summary();
  const missing = /; missing: (.*)$/.exec(said)?.[1];
  if (kind === 'cuda' && said.includes('(DEEP_INSIDE_CUDA=OFF)'))
    return `it was left out of the build by DEEP_INSIDE_CUDA=OFF; unset that and run ${buildCommand()}`;
  const log = new URL(inKit ? '../../results/build.log' : 'build/build.log', root);
  if (said.includes('build/build.log'))
    return `it was not built: its sources did not compile, ${fileURLToPath(log)} says why`;
  if (missing) return `it was not built; missing: ${missing}; install that, then run ${buildCommand()}`;
  return `it was not built; run ${buildCommand()}`;
}

/** Why the module that is there does not load, and what to do, after `KIND: `. */
export function whyNotLoaded(path: string, said: string): string {
  const library = /^(\S+): cannot open shared object file/.exec(said)?.[1];
  if (!library) return `${path} does not load: ${said}; run ${buildCommand()} on this machine`;
  const places = "where it lay at the build, in LD_LIBRARY_PATH and in the system's folders";
  return `${path} needs ${library}, which is not found (${places}); add its folder to LD_LIBRARY_PATH, or install it and run ${buildCommand()}`;
}

/** What builds anew from here: npm's copy, the offline kit and a clone each have another command. */
function buildCommand(): string {
  if (/[\\/]node_modules[\\/]/.test(fileURLToPath(root))) return 'npm rebuild deep-inside';
  return inKit ? 'bash run build' : 'npm run build';
}

/** One line on what the last build found and what is missing; '' before the first. */
function summary(): string {
  try {
    return readFileSync(new URL('build/Release/build-summary.txt', root), 'utf8').trim();
  } catch {
    return '';
  }
}
