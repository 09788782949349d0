import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does `body` while every thread of libuv's pool waits; afterwards they go on. */
export async function whilePoolIsFull<T>(body: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'deep-inside-'));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  // Who opens a pipe to read waits for one who writes.
  const readers = Array.from({ length: threads }, () => open(pipe, 'r'));
  try {
    return await body();
  } finally {
    const writer = openSync(pipe, 'r+');
    for (const reader of await Promise.all(readers)) await reader.close();
    closeSync(writer);
    rmSync(folder, { recursive: true });
  }
}
