import { writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { signIn, startServer, type Server } from '../../tools/run-strongroom.ts';
import { device, type Device } from './input-command.ts';
import { openLine, type Line } from './input-proxy.ts';
import { makePlace, type Place } from './input-tree.ts';

/** The password of every backup here that has one. */
export const password = 'green tea at noon';

/** Options that take the password from standard input. */
export const fromStdin = ['--password-file', '-'];

/** A server that waits after no wrong password, and a line to it that can be cut. */
export interface World {
  readonly place: Place;
  readonly server: Server;
  readonly line: Line;
  /** A device that is signed in, by way of the line. */
  signedIn(name: string, phone: string): Promise<Device>;
  /** One that has encrypted backups on, opened by the password. */
  withPassword(name: string, phone: string): Promise<Device>;
  end(): Promise<void>;
}

/** Starts a world. */
export async function startWorld(): Promise<World> {
  const place = await makePlace();
  await writeFile(place.at('policy'), '{"guessLimit": 40, "waits": []}');
  const args = ['--policy', place.at('policy')];
  const server = await startServer({ data: place.at('server'), log: place.at('server.log'), args });
  const line = await openLine(server.url);
  const signedIn = async (name: string, phone: string): Promise<Device> => {
    const { directory, data } = server;
    const answer = await signIn({ url: line.url, directory, data }, place.at(name), phone);
    expect(answer, `sign-in of ${name}`).toMatchObject({ code: 0 });
    return device(place.at(name));
  };
  return {
    place,
    server,
    line,
    signedIn,
    async withPassword(name, phone) {
      const signed = await signedIn(name, phone);
      const enable = ['enable', '--method', 'password', '--cloud', 'builtin:', ...fromStdin];
      await signed.run(enable, { input: password });
      return signed;
    },
    async end() {
      await line.close();
      await server.stop();
      await place.remove();
    },
  };
}

/** A device that backs up to a folder, opened by a key, and the key as `key show` prints it. */
export async function withKey(profile: string, cloud: string): Promise<Device & { readonly key: string }> {
  const keeper = device(profile);
  await keeper.run(['enable', '--method', 'key', '--cloud', cloud]);
  const { stdout } = await keeper.run(['key', 'show']);
  return { ...keeper, key: stdout };
}
