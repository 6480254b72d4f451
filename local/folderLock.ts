import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isGone, ownerId } from './functionsHost/owners.ts';

/**
 * Makes the folder this process's own; one left by a process that is gone is taken over.
 * Returns the function that gives it back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'owner');
  if (!(await claim(path))) {
    const owner = await readFile(path, 'utf8').catch(() => '');
    if (owner !== '' && !isGone(owner)) {
      throw new Error(
        `The folder ${folder} is in use by the process ${owner}: stop that one first, or give another folder. If there is no such process, delete the file ${path}.`,
      );
    }
    await rm(path, { force: true });
    if (!(await claim(path))) {
      throw new Error(
        `Another process has just taken the folder ${folder}: stop it first.`,
      );
    }
  }
  return () => rm(path, { force: true });
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, ownerId(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return false;
    throw error;
  }
}
