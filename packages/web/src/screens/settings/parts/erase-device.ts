import { StrongroomError } from '@strongroom/core';
import type { EngineConnection } from '../../../shell/session.ts';

// How long the server may take to hear that this device is gone, milliseconds.
const patience = 3000;

/**
 * Deletes everything that this app keeps in the browser, and ends the engine. What comes then is a page that is new here.
 * @throws StrongroomError `in-use` when something could not be deleted
 */
export async function eraseDevice(connection: EngineConnection): Promise<void> {
  const { engine, state } = connection;
  if (state.get().account !== undefined) await Promise.race([signOut(engine), later(patience)]);
  await connection.close();
  localStorage.clear();
  await Promise.all([eraseFiles(), eraseDatabases(), eraseCopies()]);
}

// Without a network it stays in the list of devices, and can be removed there.
async function signOut(engine: EngineConnection['engine']): Promise<void> {
  await engine.signOut().catch(() => undefined);
}

async function eraseFiles(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const names: string[] = [];
  for await (const name of root.keys()) names.push(name);
  for (const name of names) await patiently(async () => root.removeEntry(name, { recursive: true }), name);
}

// The worker lets go of its files a moment after it has ended.
async function patiently(remove: () => Promise<void>, path: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await remove();
    } catch (cause) {
      if (attempt === 20) throw new StrongroomError('in-use', { path }, { cause });
      await later(100);
    }
  }
}

async function eraseDatabases(): Promise<void> {
  const databases = await indexedDB.databases();
  await Promise.all(databases.flatMap(({ name }) => (name === undefined ? [] : [eraseDatabase(name)])));
}

function eraseDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => reject(new StrongroomError('in-use', { path: name })));
  });
}

// The app itself comes again from the server.
async function eraseCopies(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
