import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { toBinary } from '@bufbuild/protobuf';
import { fromHex, toHex } from '@strongroom/core';
import { openSoftwareHsm, type RecordStore } from '@strongroom/vault';
import { parseVaultNodeConfig, startVaultNode } from '@strongroom/vault/node';
import { DirectoryVaultSchema } from '@strongroom/wire/vault';
import { pino } from 'pino';
import { bugs, type BugParts } from '../bugs/bugs.ts';
import { Recorder } from '../history/recorder.ts';
import type { NodeSettings, ToNode } from './messages.ts';
import { SteeredClock } from './steered-clock.ts';
import { TroubledStore } from './troubled-store.ts';
import { WatchedStore } from './watched-store.ts';
import { watchedServe } from './watched-vault.ts';

// One vault node as a process of its own: what `strongroom vault` runs, watched and steered by the campaign.
const settings = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as NodeSettings;
const { site, config, configPath, history, bug, vaultId } = settings;
const recorder = new Recorder(history);
const clock = new SteeredClock();
const parts: BugParts = {
  hsm: () => openSoftwareHsm(settings.hsmFolder),
  vaultId: fromHex(vaultId ?? ''),
};
const planted = bug === undefined ? undefined : bugs[bug]?.(parts);
let troubled: TroubledStore | undefined;

const node = await startVaultNode({
  config: parseVaultNodeConfig(config, configPath),
  log: pino({ level: 'warn' }, pino.destination(2)),
  now: clock.now,
  wrapStore: (store) => {
    const watched: RecordStore = new WatchedStore(store, recorder, site);
    return (troubled = new TroubledStore(planted?.store?.(watched) ?? watched));
  },
  tendEvery: 5000,
});
const serve = node.vault.serve.bind(node.vault);
node.vault.serve = watchedServe(planted?.serve?.(serve) ?? serve, recorder, site);

process.on('message', ({ clockAhead, trouble }: ToNode) => {
  if (clockAhead !== undefined) clock.ahead = clockAhead;
  if (trouble !== undefined && troubled !== undefined) troubled.trouble = trouble;
});
process.on('SIGTERM', () => void node.close().then(() => process.exit(0)));
process.on('disconnect', () => process.exit(1));
process.send?.({ ready: toHex(toBinary(DirectoryVaultSchema, node.vault.describe(1, 'the operator'))) });
// For the next one, since nearly all end by being killed, which would keep nothing of what was compiled.
flushCompileCache();
