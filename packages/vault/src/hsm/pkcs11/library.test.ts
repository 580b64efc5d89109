import { expect, it, vi } from 'vitest';
import { openLibrary } from './library.ts';

// As it is where npm could not build it.
vi.mock('pkcs11js', () => {
  throw new Error("Cannot find module 'pkcs11js'");
});

it('says what to do when the optional package pkcs11js is missing', async () => {
  await expect(openLibrary('/usr/lib/softhsm/libsofthsm2.so')).rejects.toMatchObject({
    code: 'hsm',
    details: { problem: 'refused' },
    message: expect.stringContaining('npm install pkcs11js'),
    cause: expect.anything(),
  });
});
