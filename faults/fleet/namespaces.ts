import { spawn, spawnSync } from 'node:child_process';

const mark = 'STRONGROOM_FAULTS_INSIDE';

// Whatever happens in there ends with the process: its network, its mounts, everything it started.
const apart = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const asAnybody = ['--user', '--map-root-user', ...apart];

/** Whether this process is in namespaces of its own already. */
export function isInside(): boolean {
  return process.env[mark] === '1';
}

/** What `unshare` must be told on this machine; `undefined` where it lets nobody have namespaces. */
export function namespaceArguments(): readonly string[] | undefined {
  return [apart, asAnybody].find(
    (args) => spawnSync('unshare', [...args, 'ip', 'link', 'show', 'lo'], { stdio: 'ignore' }).status === 0,
  );
}

/**
 * Runs a command in namespaces of its own: a network, mounts and processes that nobody else sees.
 * @returns its exit code
 * @throws Error that says what is missing
 */
export async function inNamespaces(command: readonly string[]): Promise<number> {
  const args = namespaceArguments();
  if (args === undefined)
    throw new Error(
      'The campaign needs Linux with `unshare` (util-linux), `ip` (iproute2) and the right to make network namespaces: as root, or where unprivileged user namespaces are allowed.',
    );
  const child = spawn('unshare', [...args, ...command], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: '1' },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', pass).on('SIGINT', pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
