import { text } from 'node:stream/consumers';
import { nodeEngine } from '../src/node/node-engine.ts';
import { type Request, answer } from './exchange.ts';

// Answers a request on its standard input: the Node side of the tests that run in a browser.

const request = JSON.parse(await text(process.stdin)) as Request;
process.stdout.write(JSON.stringify(await answer(nodeEngine(), request)));
