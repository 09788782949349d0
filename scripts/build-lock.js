import fs from 'node:fs';
import path from 'node:path';

/**
 * Waits until no other process builds in this tree, and says so; until this one ends, others wait for it. The lock holds
 * the number of its process, so that one which was killed keeps nobody waiting.
 *
 * @param {string} lock  the file that stands for it
 */
export function waitForOtherBuilds(lock) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  const mine = `${lock}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid)); // linked and not written in place: nobody sees it empty
  try {
    for (let told = null; !taken(mine, lock);) {
      const holder = holderOf(lock);
      if (holder === null) continue;
      if (!isAlive(holder)) fs.rmSync(lock, { force: true });
      else if (told !== holder) tell((told = holder), lock);
      sleep(100);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
  process.on('exit', () => fs.rmSync(lock, { force: true }));
}

function tell(holder, lock) {
  console.error(
    `deep-inside: process ${holder} builds here; waiting for its end (if it builds no more, remove ${lock})`,
  );
}

function taken(mine, lock) {
  try {
    fs.linkSync(mine, lock);
    return true;
  } catch (reason) {
    if (reason.code === 'EEXIST') return false;
    throw reason;
  }
}

/** Null where the lock has gone meanwhile. */
function holderOf(lock) {
  try {
    return Number(fs.readFileSync(lock, 'utf8'));
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (reason) {
    return reason.code === 'EPERM'; // another user's
  }
}

function sleep(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
