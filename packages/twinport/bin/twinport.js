#!/usr/bin/env node
// There before anything is compiled, so that npm links it when it installs: `npx twinport` works in a checkout too.
import module from 'node:module';
import { join } from 'node:path';

// Since Node 22.8. Its own default is a folder that all users of the machine share.
const cache = process.env.XDG_CACHE_HOME || (process.env.HOME && join(process.env.HOME, '.cache'));
if (cache) module.enableCompileCache?.(join(cache, 'twinport'));
await import('../dist/cli/main.js');
