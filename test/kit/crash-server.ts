// `strongroom up`, but its power is cut when it writes. Takes the arguments of `up`, and --crash-file.
import { parseArgs } from 'node:util';
import { readPolicyFile, startAllInOne } from '@strongroom/cli/testing';
import { crashingRecords } from './crash-records.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    policy: { type: 'string', default: '' },
    'crash-file': { type: 'string', default: '' },
    json: { type: 'boolean' },
  },
});

const server = await startAllInOne({
  data: values.data,
  host: '127.0.0.1',
  port: Number(values.port),
  policy: readPolicyFile(values.policy),
  log: { info: log, error: log },
  print: () => {},
  wrapRecords: (records) => crashingRecords(records, values['crash-file']),
});
console.log(JSON.stringify({ url: server.url, directory: `sha256:${server.directorySha256}` }));

function log(fields: object, message: string): void {
  process.stderr.write(`${JSON.stringify({ ...fields, msg: message })}\n`);
}
