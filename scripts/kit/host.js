import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, hostname, release, totalmem } from 'node:os';

/**
 * What the results are of: { text: a few lines, name: of the machine, gpus: the names of those here, architectures: theirs
 * as CMake wants them }; the last two are null without a GPU.
 */
export function describeHost() {
  const cards = said('nvidia-smi', [
    '--query-gpu=name,driver_version,memory.total,compute_cap',
    '--format=csv,noheader',
  ]);
  const capabilities = (cards ?? '').match(/\d+\.\d+$/gm) ?? [];
  const architectures = [...new Set(capabilities)].map((one) => `${one.replace('.', '')}-real`).join(';') || null;
  const gpus = [...new Set((cards ?? '').match(/^[^,]+/gm))].join(' + ') || null;
  const commit = existsSync('../kit/commit') ? readFileSync('../kit/commit', 'utf8').trim() : 'unknown';
  const [nvcc, gcc] = ['nvcc', 'g++'].map((program) => said(program, ['--version'])?.split('\n'));
  const memory = Math.round(totalmem() / 2 ** 30);
  const lines = [
    `date: ${new Date().toISOString()}`,
    `deep-inside: commit ${commit}, Node ${process.version}`,
    `machine: ${hostname()}, ${cpus()[0]?.model.trim()}, ${cpus().length} logical processors, ${memory} GiB, Linux ${release()}`,
    `GPUs: ${cards?.replaceAll('\n', '; ') ?? 'nvidia-smi finds none'}`,
    `compilers: ${nvcc?.at(-1) ?? 'no nvcc on the PATH'}; ${gcc?.[0] ?? 'no g++'}`,
  ];
  return { text: lines.join('\n'), name: hostname(), gpus, architectures };
}

function said(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 && stdout.trim() ? stdout.trim() : null;
}
