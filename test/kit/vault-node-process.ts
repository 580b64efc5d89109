// One vault node, of a configuration file; prints where it is and how a directory describes it, in hex.
import { toBinary } from '@bufbuild/protobuf';
import { toHex } from '@strongroom/core';
import { readVaultNodeConfig, startVaultNode } from '@strongroom/vault/node';
import { DirectoryVaultSchema } from '@strongroom/wire/vault';
import { pino } from 'pino';

const config = readVaultNodeConfig(process.argv[2] ?? '');
const node = await startVaultNode({ config, log: pino({ level: 'silent' }) });
const description = toHex(toBinary(DirectoryVaultSchema, node.vault.describe(1, 'operator 1')));
console.log(JSON.stringify({ url: node.url, adminUrl: node.adminUrl, description }));
