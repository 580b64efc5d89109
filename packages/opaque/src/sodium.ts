import type libsodium from 'libsodium-wrappers-sumo';

/** libsodium, once `ready` has loaded it. */
export let sodium: typeof libsodium;

/**
 * Loads libsodium and waits until its WebAssembly is compiled. Every other function of this package needs it, once.
 * A program that asks for no password need not wait for it.
 */
export async function ready(): Promise<void> {
  const loaded = await import('libsodium-wrappers-sumo');
  await loaded.ready;
  sodium = loaded.default;
}
