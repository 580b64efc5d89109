export { type BrowserEngineOptions, browserEngine } from './browser-engine.ts';
