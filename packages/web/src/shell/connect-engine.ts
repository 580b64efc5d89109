export { connectEngine } from '../engine/page.ts';
