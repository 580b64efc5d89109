import sodium, { ready as sodiumReady } from 'libsodium-wrappers-sumo';

export { sodium };

/** Waits until libsodium's WebAssembly is compiled. Every other function of this package needs it, once. */
export async function ready(): Promise<void> {
  await sodiumReady;
}
