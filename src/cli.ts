#!/usr/bin/env node
import { processIo } from './cli/process-io.js';
import { runCommandLine } from './cli/program.js';

const io = processIo();
io.end(await runCommandLine(process.argv.slice(2), io));
