import { serveThread } from '@strongroom/archive/browser';

serveThread();
