import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { DeepInsideError } from '../errors.js';
import type { Decoded, DecodeTask, EncodeTask } from './worker.js';

/** Threads that found no work for this long end; waiting ones never keep the process alive. */
const idleMilliseconds = 10_000;

let pool: Promise<Piscina> | undefined;

/** `task.bytes` are transferred: they are empty afterwards. */
export function decodeInPool(name: string, task: DecodeTask): Promise<Decoded> {
  return run(name, 'decode', task, [task.bytes.buffer as ArrayBuffer]);
}

export function encodeInPool(name: string, task: EncodeTask): Promise<Uint8Array> {
  return run(name, 'encode', task, []);
}

async function run<Task, Result>(name: string, job: string, task: Task, transferList: ArrayBuffer[]): Promise<Result> {
  pool ??= open();
  const threads = await pool;
  try {
    return (await threads.run(task, { name: job, transferList })) as Result;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const kind = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'ERR_MEMORY' : 'ERR_BACKEND';
    throw new DeepInsideError(kind, `${name}: the thread that was to ${job} it failed: ${message}`, { cause });
  }
}

/** Loaded on the first picture only, so that everything else starts without it. */
async function open(): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: new URL('./worker.js', import.meta.url).href,
    minThreads: 0,
    maxThreads: availableParallelism(),
    idleTimeout: idleMilliseconds,
    // node's own flags such as --input-type are not for workers
    execArgv: [],
  });
}
