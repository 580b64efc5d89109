import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomBytes, Secret, StrongroomError, toHex } from '@strongroom/core';
import { tokenLabel } from './configurations.ts';
import type { Layout } from './layout.ts';
import { softhsmUtil } from './programs.ts';
import { readLine } from './settings.ts';

/** What a process needs to find the fleet's tokens. SoftHSM reads it when its library is loaded. */
export function softhsmEnvironment({ softhsm }: Layout): { readonly SOFTHSM2_CONF: string } {
  return { SOFTHSM2_CONF: join(softhsm, 'softhsm2.conf') };
}

/** Makes a token for each site; its PINs are in the site's folder, which is for trying out. */
export async function makeTokens(layout: Layout, sites: readonly string[]): Promise<void> {
  const tokens = join(layout.softhsm, 'tokens');
  await mkdir(tokens, { recursive: true, mode: 0o700 });
  const config = `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\n`;
  await writeFile(softhsmEnvironment(layout).SOFTHSM2_CONF, config);
  for (const site of sites) await makeToken(layout, site);
}

/** The PIN of the security officer of a site's token. */
export function officerPin(layout: Layout, site: string): Secret<string> {
  return new Secret(readLine(officerFile(layout, site)));
}

async function makeToken(layout: Layout, site: string): Promise<void> {
  const [pin, officer] = [toHex(randomBytes(8)), toHex(randomBytes(8))];
  await mkdir(join(layout.site(site), 'vault'), { recursive: true, mode: 0o700 });
  await writeFile(join(layout.site(site), 'vault', 'hsm.pin'), `${pin}\n`, { mode: 0o600 });
  await writeFile(officerFile(layout, site), `${officer}\n`, { mode: 0o600 });
  const args = ['--init-token', '--free', '--label', tokenLabel(site), '--pin', pin, '--so-pin', officer];
  const env = { ...process.env, ...softhsmEnvironment(layout) };
  try {
    await promisify(execFile)(softhsmUtil(), args, { env });
  } catch {
    // Its own words would quote the command, and with it the PINs.
    const why = `softhsm2-util could not make the token of site ${site}. Is ${layout.softhsm} writable?`;
    throw new StrongroomError('wrong-usage', { why });
  }
}

function officerFile(layout: Layout, site: string): string {
  return join(layout.site(site), 'vault', 'officer.pin');
}
