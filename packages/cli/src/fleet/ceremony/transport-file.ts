import { readFileSync, writeFileSync } from 'node:fs';
import { StrongroomError, type Bytes } from '@strongroom/core';

/** A node's transport key on its way to other nodes. Nothing in it is secret; who carries it may change it. */
export interface TransportFile {
  readonly site: string;
  readonly transportKey: Bytes;
}

const title = 'strongroom transport key v1';
const form = /^strongroom transport key v1\nsite ([^\p{C}]{1,64})\n([A-Za-z0-9+/=\n]+)$/u;
const columns = 64;
const maxLength = 4096;

/** As text. */
export function encodeTransportFile({ site, transportKey }: TransportFile): string {
  const lines =
    Buffer.from(transportKey)
      .toString('base64')
      .match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
  return `${[title, `site ${site}`, ...lines].join('\n')}\n`;
}

/** Reads what `encodeTransportFile` made; what is in the key, an HSM finds out. @throws StrongroomError `wrong-usage` */
export function decodeTransportFile(text: string, path: string): TransportFile {
  const [, site, key] = (text.length <= maxLength && form.exec(text.replaceAll('\r', ''))) || [];
  if (site === undefined || key === undefined) {
    const why = `${path} holds no transport key. Make it at the other node: strongroom fleet key --config FILE --out FILE`;
    throw new StrongroomError('wrong-usage', { why });
  }
  return { site, transportKey: new Uint8Array(Buffer.from(key, 'base64')) };
}

/** Reads a file. @throws StrongroomError `wrong-usage` */
export function readTransportFile(path: string): TransportFile {
  try {
    return decodeTransportFile(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    if (cause instanceof StrongroomError) throw cause;
    throw new StrongroomError('wrong-usage', { why: `${path} cannot be read.` }, { cause });
  }
}

/** Writes a new file. @throws StrongroomError `wrong-usage` when there is one */
export function writeNewFile(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx', flush: true });
  } catch (cause) {
    const why = `${path} cannot be written: it is there already, or its folder is not. Nothing is overwritten.`;
    throw new StrongroomError('wrong-usage', { why }, { cause });
  }
}
