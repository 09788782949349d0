// Removes folders of this repository that a build fills, so that what was compiled of deleted sources does not stay.
//
//   node scripts/remove.js dist
import { rmSync } from 'node:fs';

for (const folder of process.argv.slice(2))
  rmSync(new URL(`../${folder}`, import.meta.url), { recursive: true, force: true });
