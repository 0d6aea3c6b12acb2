#!/usr/bin/env node
// There before anything is compiled, so that npm links it when it installs: `npx twinport` works in a checkout too.
import '../dist/cli/main.js';
