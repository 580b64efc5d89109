import { isIP } from 'node:net';
import type { AllInOne } from './all-in-one.ts';
import { AUTHORITY_PATH } from './https/mount-authority.ts';

type Running = Pick<AllInOne, 'url' | 'directorySha256' | 'tls'>;

/** What `up` says when it is up. @param aboutApp a line on the web app */
export function announcement(server: Running, aboutApp: string): { json: object; lines: string[] } {
  const directory = `sha256:${server.directorySha256}`;
  const { tls } = server;
  if (tls === undefined) {
    const lines = [
      `Strongroom is running at ${server.url}`,
      aboutApp,
      ...next(`--server ${server.url}`, directory),
    ];
    return { json: { url: server.url, directory }, lines };
  }
  const { port } = new URL(server.url);
  const url = `https://localhost:${port}`;
  const addresses = tls.names.filter((name) => !isThisMachine(name)).map((name) => addressOf(name, port));
  const authority = { file: tls.authorityFile, sha256: tls.sha256, path: AUTHORITY_PATH };
  const lines = [
    `Strongroom is running at ${url}`,
    ...addresses.map((address) => `  on this network at ${address}`),
    aboutApp,
    ...next(`--server ${url} --ca ${tls.authorityFile}`, directory),
    '',
    ...howToTrust(addresses[0] ?? url, tls.sha256),
  ];
  return { json: { url, directory, addresses, authority }, lines };
}

function next(server: string, directory: string): string[] {
  return [
    `Its list of vaults: ${directory}`,
    '',
    'Next, in another terminal:',
    `  npx strongroom sign-in ${server} --phone +491701234567 --directory ${directory}`,
    'The six-digit code appears here. Ctrl-C stops the server.',
  ];
}

function howToTrust(url: string, sha256: string): string[] {
  return [
    'So that a phone on this network trusts it, once:',
    `  1. Open ${url}${AUTHORITY_PATH} on the phone, go on past its warning, and install what it gets.`,
    '     iPhone: Settings > Profile Downloaded; then General > About > Certificate Trust Settings.',
    '     Android: Settings > Security > More > Install from storage > CA certificate.',
    '  2. Compare the SHA-256 that the phone shows:',
    `     ${sha256.slice(0, 47)}`,
    `     ${sha256.slice(48)}`,
    'It can vouch for machines of a local network alone.',
  ];
}

function isThisMachine(name: string): boolean {
  return ['localhost', '127.0.0.1', '::1'].includes(name);
}

function addressOf(name: string, port: string): string {
  return `https://${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
}
