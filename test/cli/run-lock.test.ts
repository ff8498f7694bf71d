// Who may write to the folder of a run while others live, have been killed, or cannot be seen. Other processes are real ones.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { UsageError } from '../../src/cli/exit.ts';
import { RunFolder } from '../../src/cli/run-folder.ts';
import { lockName, type Owner, ownerWithId, RunLock } from '../../src/cli/run-lock.ts';
import { temporaryFolder } from './fake-host.ts';

/** A process that does nothing until it is killed. */
async function idleProcess(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("on"); setInterval(() => {}, 1e6)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child as ChildProcess & { readonly pid: number };
}

/** A folder in which a process has left its file, and the name of that file. */
function folderOf(owner: Owner): { folder: string; name: string } {
  const folder = temporaryFolder();
  const name = lockName(owner);
  writeFileSync(join(folder, name), '');
  return { folder, name };
}

test('a folder is held until it is released, and neither twice does harm', () => {
  const folder = temporaryFolder();
  const lock = new RunLock(folder);
  expect(readdirSync(folder)).toEqual([lockName(ownerWithId(process.pid))]);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
  lock.release();
  new RunLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test('the end of the process releases too, and no listener for it is left behind', () => {
  const before = process.listeners('exit');
  const folder = temporaryFolder();
  new RunLock(folder);
  const added = process.listeners('exit').filter((listener) => !before.includes(listener));
  expect([added.length, readdirSync(folder).length]).toEqual([1, 1]);
  added[0](130);
  expect(readdirSync(folder)).toEqual([]);
  expect(process.listeners('exit')).toEqual(before);
});

test('another process keeps everybody out while it lives, and nobody once it is killed', async () => {
  const other = await idleProcess();
  const { folder, name } = folderOf(ownerWithId(other.pid));
  expect(() => new RunLock(folder)).toThrow(
    new UsageError(
      `${folder}: must not be in use by another process; got process ${other.pid} on ${ownerWithId(1).host}, which trains there. ` +
        `Wait for its end or choose another folder. If it has ended, remove ${join(folder, name)}`,
    ),
  );
  expect(readdirSync(folder)).toEqual([name]);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const lock = new RunLock(folder);
  expect(readdirSync(folder)).toEqual([lockName(ownerWithId(process.pid))]);
  lock.release();
});

test('new runs, overwriting ones and resumed ones are refused, and the folder stays as it is', async () => {
  const other = await idleProcess();
  const { folder, name } = folderOf(ownerWithId(other.pid));
  writeFileSync(join(folder, 'checkpoint.safetensors'), 'kept');
  const message = `${folder}: must not be in use by another process; got process ${other.pid} on `;
  expect(() => RunFolder.create(folder, false)).toThrow(message);
  expect(() => RunFolder.create(folder, true)).toThrow(message);
  expect(() => RunFolder.open(folder)).toThrow(message);
  expect(readdirSync(folder).sort()).toEqual([name, 'checkpoint.safetensors']);
});

test("a killed process's number that was given to another process keeps nobody out", async () => {
  const other = await idleProcess();
  const owner = ownerWithId(other.pid);
  const { folder } = folderOf({ ...owner, began: '1' });
  const take = (): void => new RunLock(folder).release();
  if (owner.began === '0')
    expect(take).toThrow(UsageError); // a system that does not tell
  else expect(take).not.toThrow();
});

test.runIf(process.platform === 'linux')("after a restart of the system such a number may be another user's", async () => {
  const other = await idleProcess();
  const owner = ownerWithId(other.pid);
  vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  onTestFinished(() => void vi.restoreAllMocks());
  expect(() => new RunLock(folderOf({ ...owner, began: '1' }).folder).release()).not.toThrow();
  expect(() => new RunLock(folderOf(owner).folder)).toThrow(UsageError);
});

test('what runs on another computer cannot be seen, and counts', () => {
  const { folder, name } = folderOf({ pid: 2 ** 30, began: '5', host: 'node-7.cluster' });
  expect(() => new RunLock(folder)).toThrow(`got process ${2 ** 30} on node-7.cluster, which trains there.`);
  expect(readdirSync(folder)).toEqual([name]);
});

test('files of other names are no locks', () => {
  const folder = temporaryFolder();
  for (const name of ['.lock', '.lock.0.1.here', '.lock.x.1.here', 'lock.7.1.here', '.lock.7.1.a b']) writeFileSync(join(folder, name), '');
  new RunLock(folder).release();
  expect(readdirSync(folder)).toHaveLength(5);
});

test.runIf(process.platform === 'linux')('a process that has ended keeps nobody out, though its parent has not asked how', async () => {
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const [text] = await once(parent.stdout.setEncoding('utf8'), 'data');
  const { folder } = folderOf(ownerWithId(Number(text)));
  const isZombie = (): boolean => / Z /.test(readFileSync(`/proc/${Number(text)}/stat`, 'latin1'));
  while (!isZombie()) await new Promise((resolve) => setImmediate(resolve));
  new RunLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});
